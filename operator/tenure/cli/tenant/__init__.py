"""What a tenant does with nothing but rights in the own namespace: look, plan, appeal, give back, report, prove."""
