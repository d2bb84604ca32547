"""The servers that are compared, one file each; `base.Peer` is what a peer can be asked."""
