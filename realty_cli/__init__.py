"""realty: listings, clients, deals and calendar of a real-estate agent, over one local store."""

__version__ = "0.1.0"
