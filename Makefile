# The same words as `sh dev`, which does the work and needs no make.
.PHONY: help test lint docs catalogue bench run setup

help:
	@sh dev

test lint docs catalogue bench setup:
	@sh dev $@

run:
	@sh dev demo
