"""The kubelet's end: a gRPC server for pod-resources on a socket, and the folders in which processes find their pod."""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import grpc
from tenure.agent.podresources import METHOD, Request, Response


class Kubelet:
    """Who holds what, as the test says."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "kubelet.sock"
        self.proc = folder / "proc"
        self.pod_logs = folder / "pods"
        self.proc.mkdir()
        self.pod_logs.mkdir()
        self.asked = 0
        self._held: dict[tuple[str, str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self._server: Any = None

    def start(self) -> None:
        """Answer, also after having been stopped."""
        _, service, method = METHOD.split("/")
        handler = grpc.unary_unary_rpc_method_handler(self._list, Request.FromString, Response.SerializeToString)
        self._server = grpc.server(ThreadPoolExecutor(2))
        self._server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, {method: handler}),))
        self._server.add_insecure_port(f"unix:{self.socket}")
        self._server.start()

    def stop(self) -> None:
        """Be silent."""
        if self._server:
            self._server.stop(None).wait()
        self.socket.unlink(missing_ok=True)

    def give(
        self, device: str, namespace: str, pod: str, container: str = "main", resource: str = "nvidia.com/gpu"
    ) -> None:
        """Hand a device to a container."""
        self._held[namespace, pod, container][resource].append(device)

    def take(self, namespace: str, pod: str, container: str = "main") -> None:
        """The container is gone."""
        del self._held[namespace, pod, container]

    def process(self, pid: int, namespace: str, pod: str, *, systemd: bool = True, named: bool = True) -> None:
        """A process of a pod."""
        uid = str(uuid5(NAMESPACE_URL, f"{namespace}/{pod}"))
        if systemd:
            uid_there = uid.replace("-", "_")
            group = f"0::/../../kubepods-burstable-pod{uid_there}.slice/cri-containerd-{'ab' * 32}.scope\n"
        else:
            group = f"4:memory:/kubepods/burstable/pod{uid}/{'ab' * 32}\n1:name=systemd:/kubepods/burstable/pod{uid}\n"
        self.node_process(pid, group)
        if named:
            (self.pod_logs / f"{namespace}_{pod}_{uid}").mkdir(exist_ok=True)

    def node_process(self, pid: int, cgroup: str = "0::/system.slice/nvidia-persistenced.service\n") -> None:
        """A process of the node itself."""
        folder = self.proc / str(pid)
        folder.mkdir()
        (folder / "cgroup").write_text(cgroup)

    def _list(self, request: Any, context: Any) -> Any:
        self.asked += 1
        answer = Response()
        for (namespace, pod, container), devices in self._held.items():
            told = answer.pod_resources.add(namespace=namespace, name=pod).containers.add(name=container)
            for resource, ids in devices.items():
                told.devices.add(resource_name=resource, device_ids=ids)
        return answer
