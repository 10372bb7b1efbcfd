"""What was tried with pods: which devices, which nodes, how many."""

from __future__ import annotations

from .attempt import refused, through
from .pod_acts import (
    affinity_to,
    beside_devices,
    changed,
    eight_and_one,
    eight_of_them,
    ends,
    evict,
    gated,
    on_t4,
    one_per_t4_node,
    pending,
    pod,
    pod_on_t4,
    scaled,
    subresource,
    tolerating_more,
    with_defaults,
    workload,
)
from .scene import A100, GPU, PRODUCT

MARKS = "Labels and annotations that begin with tenure.dev/ mark what Tenure keeps. Leave "
ANY = {"operator": "Exists"}
FOR_GPU = {"key": GPU, "operator": "Exists"}
GATES = [{"name": "example.com/later"}]
NOT_HELD = "This project holds no "
NO_TOLERATION = "A pod may tolerate the taints of devices that it requests, and no others"
ALL_DEVICES = [{"name": "NVIDIA_VISIBLE_DEVICES", "value": "all"}]


def limits(**amounts: str) -> dict[str, object]:
    """A container's resources: limits and equal requests."""
    return {"resources": {"limits": amounts, "requests": amounts}}


def sidecar(**amounts: str) -> list[dict[str, object]]:
    """An init container."""
    return [{"name": "first", "image": "busybox", "resources": {"limits": amounts}}]


WITH_PODS = (
    through(
        "member",
        "a pod that says nothing of CPU and memory",
        "it gets half of one device's share and runs",
        pod(),
        with_defaults,
    ),
    through(
        "member", "a pod with one device", "it is pinned to the granted type and tolerates its taint", pod(1), on_t4
    ),
    through(
        "member",
        "a Deployment with one device per pod",
        "its pods are pinned",
        workload("Deployment", "apps/v1"),
        pod_on_t4,
    ),
    through(
        "member",
        "a Job with one device per pod",
        "its pods are pinned",
        workload("Job", "batch/v1", restartPolicy="Never"),
        pod_on_t4,
    ),
    through(
        "member",
        "a DaemonSet with one device per pod, tolerating the taint of device nodes",
        "its pods are pinned; those for other nodes stay Pending",
        workload("DaemonSet", "apps/v1", tolerations=[FOR_GPU]),
        one_per_t4_node,
    ),
    through(
        "member",
        "a device pod with a nodeSelector for A100",
        "the selector is overwritten; it lands on a T4 node",
        pod(1, nodeSelector={PRODUCT: A100}),
        on_t4,
    ),
    through(
        "member",
        "a device pod with node affinity to A100",
        "it stays Pending",
        pod(1, affinity=affinity_to(A100)),
        pending,
    ),
    through(
        "member",
        "a gated device pod, given affinity to A100 later",
        "it stays pinned to T4 as well",
        changed(1, {"spec": {"affinity": affinity_to(A100)}}, schedulingGates=GATES),
        gated,
    ),
    refused(
        "member",
        "a gated device pod, its nodeSelector changed to A100 later",
        "only additions to spec.nodeSelector are allowed",
        changed(1, {"spec": {"nodeSelector": {PRODUCT: A100}}}, schedulingGates=GATES),
    ),
    through(
        "member",
        "a pod without devices and with a nodeSelector for A100",
        "it stays Pending: it does not tolerate those nodes",
        pod(nodeSelector={PRODUCT: A100}),
        pending,
    ),
    through(
        "member",
        "`NVIDIA_VISIBLE_DEVICES=all` without requesting a device",
        "it runs, on a node without devices",
        pod(container={"env": ALL_DEVICES}),
        beside_devices,
    ),
    through(
        "member",
        "`nvidia.com/gpu: 0` and `NVIDIA_VISIBLE_DEVICES=all`",
        "it runs, on a node without devices",
        pod(container={"env": ALL_DEVICES, **limits(**{GPU: "0"})}),
        beside_devices,
    ),
    refused(
        "member",
        "`nvidia.com/gpu: 0` with a toleration for device nodes",
        NO_TOLERATION,
        pod(container=limits(**{GPU: "0"}), tolerations=[FOR_GPU]),
    ),
    refused(
        "member", "a toleration for device nodes without requesting a device", NO_TOLERATION, pod(tolerations=[FOR_GPU])
    ),
    refused("member", "a toleration for everything", NO_TOLERATION, pod(1, tolerations=[ANY])),
    refused(
        "member",
        "a toleration for everything, added to a pod that is there",
        NO_TOLERATION,
        tolerating_more(ANY),
    ),
    refused("member", "`spec.nodeName`", "Leave out spec.nodeName", pod(1, nodeName="any")),
    refused(
        "member",
        "another vendor's device",
        NOT_HELD + "furiosa.ai/npu",
        pod(container=limits(**{"furiosa.ai/npu": "1"})),
    ),
    refused(
        "member",
        "another vendor's device in an init container",
        NOT_HELD + "furiosa.ai/npu",
        pod(1, initContainers=sidecar(**{"furiosa.ai/npu": "1"})),
    ),
    refused(
        "member",
        "a MIG slice",
        NOT_HELD + "nvidia.com/mig-1g.5gb",
        pod(container=limits(**{"nvidia.com/mig-1g.5gb": "1"})),
    ),
    refused(
        "member",
        "a device that DRA stands behind (an extended resource of a DeviceClass)",
        NOT_HELD + "deviceclass.resource.kubernetes.io/gpu",
        pod(container=limits(**{"deviceclass.resource.kubernetes.io/gpu": "1"})),
    ),
    refused(
        "member",
        "a pod with a ResourceClaim",
        "Device claims are not granted here",
        pod(resourceClaims=[{"name": "gpu", "resourceClaimName": "gpu"}]),
    ),
    refused(
        "member",
        "a pod with nine of eight devices",
        "exceeded quota: tenure, requested: requests.nvidia.com/gpu=9",
        pod(9),
    ),
    refused(
        "member",
        "a ninth device beside a pod with eight",
        "used: requests.nvidia.com/gpu=8, limited: requests.nvidia.com/gpu=8",
        eight_and_one,
    ),
    refused(
        "member",
        "more CPU than was granted",
        "exceeded quota: tenure, requested: limits.cpu=49",
        pod(container=limits(cpu="49", memory="1G")),
    ),
    refused(
        "member",
        "more CPU than was granted, in the resources of the pod as a whole",
        "exceeded quota: tenure, requested: limits.cpu=49",
        pod(container=limits(cpu="1", memory="1G"), resources={"limits": {"cpu": "49", "memory": "1G"}}),
    ),
    refused(
        "member",
        "a request for more CPU than the default limit, and no limit",
        "must be less than or equal to cpu limit of 3",
        pod(container={"resources": {"requests": {"cpu": "8"}}}),
    ),
    refused(
        "member",
        "CPU and memory limits of 0, which a node takes for none",
        "minimum cpu usage per Container is 1m",
        pod(container=limits(cpu="0", memory="0")),
    ),
    refused(
        "member",
        "priority class `system-node-critical`",
        "Priority class system-node-critical is not offered",
        pod(priorityClassName="system-node-critical"),
    ),
    refused("member", "ten years to end", "at most 3600 seconds", pod(terminationGracePeriodSeconds=315360000)),
    refused(
        "member",
        "a finalizer on a new pod",
        "Pods carry no finalizers",
        pod(metadata={"finalizers": ["example.com/stay"]}),
    ),
    refused(
        "member",
        "a finalizer added to a pod that is there",
        "Pods carry no finalizers",
        changed(0, {"metadata": {"finalizers": ["example.com/stay"]}}),
    ),
    refused(
        "member",
        "a pod that looks like one of Tenure's",
        f"{MARKS}tenure.dev/managed, tenure.dev/reads alone.",
        pod(metadata={"labels": {"tenure.dev/managed": "true"}, "annotations": {"tenure.dev/reads": "all"}}),
    ),
    refused(
        "member",
        "a `tenure.dev/` label on a pod that is there",
        f"{MARKS}tenure.dev/managed alone.",
        changed(0, {"metadata": {"labels": {"tenure.dev/managed": "true"}}}),
    ),
    refused(
        "member",
        "a pod by the name of the one in which Tenure lets members read their data",
        "The name tenure-reader is kept",
        pod(metadata={"name": "tenure-reader"}),
    ),
    refused(
        "member",
        "a hostPath volume",
        'violates PodSecurity "baseline',
        pod(volumes=[{"name": "root", "hostPath": {"path": "/"}}]),
    ),
    refused(
        "member",
        "a privileged container",
        'violates PodSecurity "baseline',
        pod(container={"securityContext": {"privileged": True}}),
    ),
    refused(
        "member",
        "binding a pod to a node (pods/binding)",
        'cannot create resource "pods/binding"',
        subresource("Binding", "binding", target={"kind": "Node", "name": "any"}),
    ),
    through(
        "member",
        "a Deployment of one pod with one device, scaled to nine (deployments/scale)",
        "eight of them are there",
        scaled(9),
        eight_of_them,
    ),
    through("member", "evicting an own pod (pods/eviction)", "it ends", evict, ends),
    refused(
        "member",
        "more CPU for a pod that is there (pods/resize)",
        'cannot patch resource "pods/resize"',
        subresource("Pod", "resize", "PATCH", spec={"containers": [{"name": "main", **limits(cpu="47")}]}),
    ),
    refused(
        "member",
        "a debugging container in a running pod",
        'cannot update resource "pods/ephemeralcontainers"',
        subresource("Pod", "ephemeralcontainers", "PUT", spec={"ephemeralContainers": []}),
    ),
)
