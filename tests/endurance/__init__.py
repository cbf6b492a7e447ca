"""Long runs (`make endurance`), and what they share with the short ones of `make test`."""
