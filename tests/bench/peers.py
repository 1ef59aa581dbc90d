"""Other packages on the same project, each in an environment of its own that is made on demand and thrown away."""


def measure(which: str) -> None:
    print("x")
