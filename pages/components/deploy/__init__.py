"""The Deploy page: plan, permissions, deployments and the way back."""
