"""`realty serve` beside other servers over the same listings: `python -m benchmarks.http`."""
