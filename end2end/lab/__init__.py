"""A Proxmox VE cluster to develop and test against.

`fakepve` answers the whole API schema and refuses what Proxmox refuses; the modules here make
the accepted requests do something: volumes take space, a clone takes time, a guest boots.
"""
