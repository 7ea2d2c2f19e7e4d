"""What is measured: each module has ``measure(house)``, which gives its figures."""
