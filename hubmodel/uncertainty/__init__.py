"""How sure: draws of the uncertain inputs, and what they say of a case's key figures."""
