"""What was tried with the namespace itself: storage, network, access and limits."""

from __future__ import annotations

from tenure.api import names

from .attempt import refused, through
from .client import Manifest
from .namespace_acts import (
    admit_myself,
    award_myself,
    change_data,
    create,
    delete_all_data,
    delete_data,
    excuse_myself,
    found,
    grow_in_status,
    in_cluster,
    look_unschedulable,
    mark_data,
    pretend_to_wait,
    read,
    read_decisions,
    remove,
    service,
    token,
    token_for_ever,
    volume,
    widen,
)
from .review_acts import DANGLING

KEPT = "This volume claim holds the data of an allocation and is kept by Tenure"
LEFT = "This volume claim is kept by Tenure, with its size and all that is noted on it"
MARKS = "Labels and annotations that begin with tenure.dev/ mark what Tenure keeps. Leave "
OPEN: Manifest = {"podSelector": {}, "ingress": [{}]}
EVENT: Manifest = {"involvedObject": {}, "reason": "Decided", "message": "Everything is granted."}
CLAIM: Manifest = {"devices": {"requests": [{"name": "gpu", "exactly": {"deviceClassName": "gpu.nvidia.com"}}]}}

WITH_NAMESPACES = (
    refused("member", "deleting the volume claim of the allocation", KEPT, delete_data("member")),
    refused("member", "deleting all volume claims at once", KEPT, delete_all_data),
    refused("member", "taking the label off that claim", LEFT, mark_data(labels={names.MANAGED: None})),
    refused(
        "member",
        "an owner that does not exist, so that the garbage collector deletes the claim",
        LEFT,
        mark_data(ownerReferences=DANGLING),
    ),
    refused("member", "a finalizer on that claim", LEFT, mark_data(finalizers=["example.com/stay"])),
    refused(
        "member",
        "an announcement on that claim that it is deleted long since",
        LEFT,
        mark_data(annotations={names.DELETION: "2020-01-01"}),
    ),
    refused("member", "any other annotation on that claim", LEFT, mark_data(annotations={"mine": "yes"})),
    refused("member", "a larger size for that claim", LEFT, change_data(resources={"requests": {"storage": "20T"}})),
    refused("member", "another class of speed for that claim", LEFT, change_data(volumeAttributesClassName="gold")),
    refused(
        "member",
        "more storage in the status of that claim",
        'cannot patch resource "persistentvolumeclaims/status"',
        grow_in_status,
    ),
    refused(
        "member", "another claim beside it", "exceeded quota: tenure, requested: requests.storage=1G", volume("1G")
    ),
    refused(
        "member",
        "a claim that looks like one of Tenure's",
        f"{MARKS}{names.MANAGED} alone.",
        volume("1G", labels={names.MANAGED: "true"}),
    ),
    refused(
        "member",
        "a claim with a date of deletion",
        f"{MARKS}{names.DELETION} alone.",
        volume("1G", annotations={names.DELETION: "2020-01-01"}),
    ),
    refused(
        "viewer",
        "deleting the volume claim of the allocation",
        'cannot delete resource "persistentvolumeclaims"',
        delete_data("viewer"),
    ),
    through("member", "a Service inside the cluster", "it is there", service(), in_cluster),
    refused(
        "member",
        "a Service of type LoadBalancer",
        "exceeded quota: tenure, requested: services.loadbalancers=1",
        service(type="LoadBalancer"),
    ),
    refused(
        "member",
        "a Service of type NodePort",
        "exceeded quota: tenure, requested: services.nodeports=1",
        service(type="NodePort"),
    ),
    refused(
        "member",
        "a Service with external IPs",
        "External IPs would take traffic that is meant for others",
        service(externalIPs=["192.0.2.1"]),
    ),
    refused(
        "member",
        "a NetworkPolicy that lets everybody in",
        'cannot create resource "networkpolicies"',
        create("NetworkPolicy", "networking.k8s.io/v1", spec=OPEN),
    ),
    refused(
        "member", "opening Tenure's NetworkPolicy", 'cannot patch resource "networkpolicies"', widen("NetworkPolicy")
    ),
    refused("member", "a larger ResourceQuota", 'cannot patch resource "resourcequotas"', widen("ResourceQuota")),
    refused("member", "no ResourceQuota at all", 'cannot delete resource "resourcequotas"', remove("ResourceQuota")),
    refused("member", "no LimitRange at all", 'cannot delete resource "limitranges"', remove("LimitRange")),
    refused("member", "the end of the namespace", 'cannot delete resource "namespaces"', remove("Namespace")),
    refused("member", "other defaults", 'cannot patch resource "limitranges"', widen("LimitRange")),
    refused(
        "member",
        "another device in the namespace's annotations",
        'cannot patch resource "namespaces"',
        widen("Namespace"),
    ),
    refused(
        "member", "binding itself to the ClusterRole `admin`", 'cannot create resource "rolebindings"', admit_myself
    ),
    refused("member", "shutting out the other members", 'cannot patch resource "rolebindings"', widen("RoleBinding")),
    refused(
        "member",
        "a ResourceClaim (DRA)",
        'cannot create resource "resourceclaims"',
        create("ResourceClaim", "resource.k8s.io/v1", spec=CLAIM),
    ),
    refused("member", "an Allocation for itself", 'cannot create resource "allocations"', award_myself),
    refused(
        "member", "an Outage, so that its idle time does not count", 'cannot create resource "outages"', excuse_myself
    ),
    refused(
        "member",
        "time that its pods waited, in the status of its Project",
        'cannot patch resource "projects/status"',
        pretend_to_wait,
    ),
    refused("member", "a pod that says it is unschedulable", 'cannot patch resource "pods/status"', look_unschedulable),
    refused("member", "an Event in Tenure's name", 'cannot create resource "events"', create("Event", **EVENT)),
    refused("member", "a token of a service account", 'cannot create resource "serviceaccounts/token"', token),
    refused("member", "a Secret that is filled with such a token", "A token in a Secret never expires", token_for_ever),
    refused(
        "member", "reading Decisions, which name other tenants", 'cannot list resource "decisions"', read_decisions
    ),
    through("member", "reading the own quota", "it is listed", read("member", "ResourceQuota"), found),
    through("viewer", "reading the defaults", "they are listed", read("viewer", "LimitRange"), found),
    refused("viewer", "reading Secrets", 'cannot list resource "secrets"', read("viewer", "Secret")),
    refused("stranger", "reading this project's pods", 'cannot list resource "pods"', read("stranger", "Pod")),
)
