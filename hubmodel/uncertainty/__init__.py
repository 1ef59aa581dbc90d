"""Uncertainty: draws of the uncertain inputs, and the spread of key figures that follows."""
