"""Vendors and protocols of the outside world, one file each, behind the ports that slices declare."""
