"""The node agent, against a stand-in for the NVIDIA library and a real gRPC server."""
