"""The only place that talks to Kubernetes: watch, cache, queue, plan, apply, converge, lead."""
