"""Vaults: where values live outside git. The system's keyring, a file that age has sealed, or a HashiCorp Vault."""
