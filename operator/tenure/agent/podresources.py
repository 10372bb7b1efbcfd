"""Who holds which device: the kubelet's pod-resources API, gRPC service v1.PodResourcesLister on a local socket.

The descriptors below are the part of the kubelet's api.proto that is read. Building them here needs no generated
file that would have to fit the installed protobuf; fields that are not named are skipped by the wire format.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

METHOD = "/v1.PodResourcesLister/List"
TIMEOUT_SECONDS = 5
MOST_BYTES = 16 * 1024 * 1024
"""A node with hundreds of pods may exceed gRPC's 4 MiB."""

_TEXT = descriptor_pb2.FieldDescriptorProto.TYPE_STRING
_MESSAGE = descriptor_pb2.FieldDescriptorProto.TYPE_MESSAGE
_MESSAGES: dict[str, dict[str, tuple[int, str]]] = {
    "ListPodResourcesRequest": {},
    "ListPodResourcesResponse": {"pod_resources": (1, "PodResources")},
    "PodResources": {"name": (1, ""), "namespace": (2, ""), "containers": (3, "ContainerResources")},
    "ContainerResources": {"name": (1, ""), "devices": (2, "ContainerDevices")},
    "ContainerDevices": {"resource_name": (1, ""), "device_ids": (2, "")},
}
"""Message -> field -> its number and, if it is a message, which."""
_REPEATED = {"pod_resources", "containers", "devices", "device_ids"}


def _pool() -> descriptor_pool.DescriptorPool:
    file = descriptor_pb2.FileDescriptorProto(name="podresources.proto", package="v1", syntax="proto3")
    for message, fields in _MESSAGES.items():
        described = file.message_type.add(name=message)
        for field, (number, kind) in fields.items():
            described.field.add(
                name=field,
                number=number,
                type=_MESSAGE if kind else _TEXT,
                type_name=f".v1.{kind}" if kind else None,
                label=3 if field in _REPEATED else 1,
            )
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return pool


_POOL = _pool()
Request: Any = message_factory.GetMessageClass(_POOL.FindMessageTypeByName("v1.ListPodResourcesRequest"))
Response: Any = message_factory.GetMessageClass(_POOL.FindMessageTypeByName("v1.ListPodResourcesResponse"))


class Holder(NamedTuple):
    """A container of a pod."""

    namespace: str
    pod: str
    container: str


class Claim(NamedTuple):
    """One device id, as its device plugin calls it, in the hands of a container."""

    device_id: str
    holder: Holder


class NotTold(Exception):
    """The kubelet did not answer."""


def claims(socket: Path, resource_names: re.Pattern[str]) -> list[Claim]:
    """What the node's pods hold of these extended resources. Raises NotTold with a sentence."""
    try:
        # A channel of its own per question: a lasting one waits up to two minutes before it looks for a kubelet again.
        with grpc.insecure_channel(f"unix:{socket}", [("grpc.max_receive_message_length", MOST_BYTES)]) as channel:
            ask = channel.unary_unary(METHOD, Request.SerializeToString, Response.FromString)
            answer = ask(Request(), timeout=TIMEOUT_SECONDS)
    except grpc.RpcError as error:
        code = error.code().name if isinstance(error, grpc.Call) else "UNKNOWN"
        raise NotTold(
            f"The kubelet's pod-resources at {socket} did not answer ({code}), so nobody can say who holds which device."
            " Check that the folder of the socket is mounted."
        ) from error
    return [
        Claim(device_id, Holder(pod.namespace, pod.name, container.name))
        for pod in answer.pod_resources
        for container in pod.containers
        for devices in container.devices
        if resource_names.fullmatch(devices.resource_name)
        for device_id in devices.device_ids
    ]
