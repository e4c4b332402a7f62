class UnitError(ValueError):
    """Units that do not exist or do not go together."""
