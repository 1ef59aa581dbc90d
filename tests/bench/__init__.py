"""How fast it is: ``make bench``. Nothing is written anywhere."""
