"""How fast the portal is, as ratios measured in one run on generated data: `make bench`."""
