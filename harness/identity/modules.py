"""The content of a network: its tensors, and the other attributes of every module."""

import hashlib
import io
import pickletools
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import torch
from torch import nn

from harness.checks import checked
from harness.errors import ArgumentError
from harness.identity.digests import digest
from harness.identity.held import attributes
from harness.identity.once import once

_EVERY_MODULE = frozenset(vars(nn.Module()))
_HOOKS = tuple(name for name in vars(nn.Module()) if name.endswith("_hooks"))
_OF_HOOKS = ("_forward_hooks_with_kwargs", "_forward_hooks_always_called", "_forward_pre_hooks_with_kwargs")
_GLOBAL_HOOKS = tuple(
    name for name in vars(nn.modules.module) if name.startswith("_global_") and name.endswith("_hooks")
)
_TENSORS = (torch.Tensor, nn.Parameter, nn.Buffer)
_MANGLED = re.compile(rb"\.?___torch_mangle_\d+")
_MANGLED_FILE = re.compile(r"/___torch_mangle_\d+")


@once
@checked(ArgumentError)
def weights_digest(network: nn.Module) -> str:
    """SHA-256 over every parameter and buffer: name, type, shape and bytes."""
    state = hashlib.sha256()
    tensors = {**dict(network.named_parameters()), **dict(network.named_buffers())}
    for name, tensor in sorted(tensors.items()):
        content = plain(tensor)
        state.update(f"{name}:{content.dtype}:{tuple(content.shape)};".encode())
        state.update(content.reshape(-1).view(torch.uint8).numpy().data)
    return state.hexdigest()


def aliases(network: nn.Module) -> list[list[str]]:
    """Names of modules and tensors that are another name for one that comes before them."""
    first: dict[int, str] = {}
    every = [*network.named_modules(remove_duplicate=False), *network.named_parameters(remove_duplicate=False)]
    every += network.named_buffers(remove_duplicate=False)
    return [[name, first[id(part)]] for name, part in every if first.setdefault(id(part), name) != name]


def module_parts(network: nn.Module, path: str) -> Iterator[tuple[str, str, Any]]:
    """(label, path, value) of everything besides weights that a network's modules hold: their class, printed
    hyper-parameters, attributes and hooks, and torch's hooks for all modules. A scripted network is one part."""
    inside: list[str] = []
    for name, module in network.named_modules():
        place = f"{path}.{name}" if name else path
        yield f"{name}:class", type(module).__qualname__, type(module)
        yield from ((f"{name}:{label}", f"{place}.{label}", value) for label, value in _hooks(module))
        if any(name.startswith(prefix) for prefix in inside):
            continue
        if isinstance(module, torch.jit.ScriptModule):
            inside.append(f"{name}." if name else "")
            yield f"{name}:script", place, scripted(module)
            continue
        yield f"{name}:repr", place, module.extra_repr()
        declared = getattr(module, "depends_on", None)
        if declared is not None:
            yield f"{name}:depends_on", f"{place}.depends_on", declared() if callable(declared) else declared
            continue
        for label, value in sorted(vars(module).items()):
            if is_own(module, label):
                yield f"{name}.{label}", f"{place}.{label}", value
    for name, tensor in (*network.named_parameters(), *network.named_buffers()):
        if extras := tensor_extras(tensor):
            yield f"{name}:extras", f"{path}.{name}", extras
    for label in _GLOBAL_HOOKS:
        if found := getattr(nn.modules.module, label):
            yield label, f"torch.nn.modules.module.{label}", list(found.values())


def is_own(module: nn.Module, label: str) -> bool:
    """Whether an attribute is one of a module's own, not one that torch gives to every module."""
    return label not in _EVERY_MODULE and not of_compiler(label) and not _is_compiled(module, label)


def _hooks(module: nn.Module) -> Iterator[tuple[str, Any]]:
    for label in _HOOKS:
        if hooks := getattr(module, label, None):
            yield label, list(hooks.values())
            options = [[key in (getattr(module, name, None) or ()) for name in _OF_HOOKS] for key in hooks]
            yield f"{label} options", options


def of_compiler(name: str) -> bool:
    """Whether an attribute of a module, function or tensor is one that `torch.compile` keeps for itself."""
    compilers = (
        "_isolate_recompiles_id",
        "get_compiler_config",
        "aot_compile",
        "_compiled_call_impl",
        "_is_torch_compile",
    )
    return name.startswith(("_torchdynamo", "_dynamo")) or name in compilers


def _is_compiled(module: nn.Module, name: str) -> bool:
    return type(module).__name__ == "OptimizedModule" and name in ("dynamo_ctx", "forward", "_super_module_initialized")


def plain(tensor: torch.Tensor) -> torch.Tensor:
    """A tensor on the CPU, its values as they lie in memory."""
    return tensor.detach().cpu().resolve_conj().resolve_neg().contiguous()


def tensor_content(value: torch.Tensor) -> list[Any]:
    """Type, shape and bytes of a tensor on any device."""
    value = value.detach()
    kind = [str(value.dtype), list(value.shape), str(value.layout)]
    if value.is_sparse:
        value = value.coalesce()
        return [*kind, tensor_content(value.indices()), tensor_content(value.values())]
    if value.layout is not torch.strided:
        return [*kind, tensor_content(value.to_dense())]
    if value.is_quantized:
        return [*kind, str(value.qscheme()), tensor_content(value.int_repr()), tensor_content(value.dequantize())]
    return [*kind, digest(plain(value).reshape(-1).view(torch.uint8).numpy())]


def tensor_extras(value: torch.Tensor) -> list[Any]:
    """The class and the attributes of a tensor, where they are not those of every tensor: code can read them."""
    kind = type(value)
    own = {name: held for name, held in attributes(value).items() if not of_compiler(name)}
    return [*([] if kind in _TENSORS else [kind]), *([own] if own else [])]


def scripted(module: torch.jit.ScriptModule) -> str:
    """Digest of a scripted or traced network: code, constants, attributes and weights, without the numbers that Python adds to
    names that occur twice."""
    with zipfile.ZipFile(io.BytesIO(module.save_to_buffer())) as archive:
        members = {_MANGLED_FILE.sub("", name): archive.read(name) for name in archive.namelist()}
    ignored = (".debug_pkl", "serialization_id")
    return digest({name: _unmangled(name, content) for name, content in members.items() if not name.endswith(ignored)})


def _unmangled(name: str, content: bytes) -> Any:
    """A member of the archive of a scripted network; of a pickle, which states how long names are, what it holds, unread."""
    if not name.endswith(".pkl"):
        return _MANGLED.sub(b"", content)
    steps = [(step.name, argument) for step, argument, _ in pickletools.genops(content)]
    return [[step, _MANGLED.sub(b"", repr(argument).encode())] for step, argument in steps]
