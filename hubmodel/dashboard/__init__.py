"""The dashboard: widgets only, no arithmetic. `app` builds a page, `serve` serves it with Voila."""
