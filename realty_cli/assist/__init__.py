"""What may help an agent write and read: ports that a vendor or a local engine fills."""
