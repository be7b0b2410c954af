"""The Python tests: behaviour of the installed wheel, against a moto server behind a counting proxy."""
