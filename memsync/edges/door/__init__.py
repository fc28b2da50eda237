"""The door: a unix socket at which a resident process answers hooks and terminals of the same user and version.

`client` imports next to nothing, for a hook has no time; `server` is imported by resident processes only.
"""
