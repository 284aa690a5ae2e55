#!/usr/bin/env python3
"""measure-kernels.py [--quick] [--collectives] OUT.csv

Measures GEMMs, fused attention, elementwise kernels and, with several GPUs, collectives on the GPUs of this machine, and
writes the table that `orrery calibrate OUT.csv --gpu NAME` reads (docs/calibrate.md). Needs PyTorch with CUDA.

Every number is the median of some repetitions between CUDA events, each over enough calls to last some milliseconds,
after a warm-up. Inputs do not fit into the second-level cache where the shape allows, and are normally distributed: power,
and with it the clock, depends on the values. Collectives start under torchrun:

    torchrun --nproc-per-node 8 scripts/measure-kernels.py --collectives kernels.csv
"""

import argparse
import csv
import os
import statistics
import sys

COLUMNS = [
    "kind", "precision", "m", "n", "k", "batch", "sequence", "heads", "head_dim", "causal", "bytes", "collective",
    "algorithm", "ranks", "seconds",
]


def seconds_of(torch, call, repetitions=9, least=4e-3):
    """The median time of one call in seconds."""
    call()
    torch.cuda.synchronize()

    def timed(calls):
        start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        start.record()
        for _ in range(calls):
            call()
        end.record()
        torch.cuda.synchronize()
        return start.elapsed_time(end) / 1e3 / calls

    calls = max(1, min(2000, int(least / max(timed(3), 1e-7))))
    return statistics.median(timed(calls) for _ in range(repetitions))


def gemms(torch, quick):
    """Rows of products M × K by K × N in 16 bits, and in 8 bits where the GPU has them."""
    tokens = [256, 1024, 4096, 8192] if quick else [128, 256, 512, 1024, 2048, 4096, 8192, 16384]
    widths = [(1024, 1024), (4096, 1024), (1024, 4096), (2048, 2048), (8192, 2048), (4096, 4096), (12288, 4096),
              (4096, 14336), (28672, 4096), (8192, 8192), (28672, 8192), (50257, 2048)]
    eight = getattr(torch, "float8_e4m3fn", None) if torch.cuda.get_device_capability() >= (8, 9) else None
    for m in tokens:
        for n, k in widths[::2] if quick else widths:
            a = torch.randn(m, k, device="cuda", dtype=torch.bfloat16)
            b = torch.randn(n, k, device="cuda", dtype=torch.bfloat16).t()
            yield dict(kind="gemm", precision="bf16", m=m, n=n, k=k,
                       seconds=seconds_of(torch, lambda: torch.matmul(a, b)))
            if eight is not None and n % 16 == 0 and m >= 1024:
                one = torch.ones((), device="cuda")
                c, d = a.to(eight), b.to(eight)
                yield dict(kind="gemm", precision="fp8", m=m, n=n, k=k, seconds=seconds_of(
                    torch, lambda: torch._scaled_mm(c, d, scale_a=one, scale_b=one, out_dtype=torch.bfloat16)))


def attention(torch, quick):
    """Rows of causal attention, forward and backward, of 16,384 tokens in all."""
    import torch.nn.functional as functional

    for width, heads in [(128, 32)] if quick else [(64, 16), (128, 32), (128, 64)]:
        for sequence in [1024, 4096, 16384] if quick else [512, 1024, 2048, 4096, 8192, 16384]:
            batch = max(1, 16384 // sequence)
            shape = (batch, heads, sequence, width)
            q, k, v = (torch.randn(shape, device="cuda", dtype=torch.bfloat16, requires_grad=True) for _ in range(3))
            row = dict(batch=batch, sequence=sequence, heads=heads, head_dim=width, causal=1)
            with torch.no_grad():
                yield dict(row, kind="attention_forward", seconds=seconds_of(
                    torch, lambda: functional.scaled_dot_product_attention(q, k, v, is_causal=True)))
            out = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
            gradient = torch.randn_like(out)
            yield dict(row, kind="attention_backward", seconds=seconds_of(
                torch, lambda: torch.autograd.grad(out, (q, k, v), gradient, retain_graph=True)))


def elementwise(torch, quick):
    """Rows of one kernel that reads two tensors and writes a third."""
    for power in range(16, 31, 4 if quick else 1):
        x = torch.randn(2**power // 6 or 1, device="cuda", dtype=torch.bfloat16)
        y, out = torch.randn_like(x), torch.empty_like(x)
        yield dict(kind="elementwise", bytes=6 * x.numel(),
                   seconds=seconds_of(torch, lambda: torch.add(x, y, out=out)))


def collectives(torch, quick):
    """Rows of collectives over all ranks of this machine, with the algorithm that NCCL_ALGO names (Ring unless it says NVLS)."""
    import torch.distributed as distributed

    ranks = distributed.get_world_size()
    nvls = os.environ.get("NCCL_ALGO", "Ring").upper() == "NVLS"
    for power in range(18, 31, 3 if quick else 1):
        count = 2**power // 2 // ranks * ranks
        full = torch.randn(count, device="cuda", dtype=torch.bfloat16)
        part = full[: count // ranks].clone()
        calls = dict(
            all_reduce=lambda: distributed.all_reduce(full),
            all_gather=lambda: distributed.all_gather_into_tensor(full, part),
            reduce_scatter=lambda: distributed.reduce_scatter_tensor(part, full),
        )
        for name, call in calls.items():
            if nvls and name != "all_reduce":
                continue
            distributed.barrier()
            seconds = torch.tensor(fixed_calls(torch, call), device="cuda")
            distributed.all_reduce(seconds, op=distributed.ReduceOp.MAX)
            yield dict(kind="collective", collective=name, algorithm="nvls" if nvls else "ring", ranks=ranks,
                       bytes=2 * count, seconds=seconds.item())


def fixed_calls(torch, call, calls=20, repetitions=7):
    """As `seconds_of`, with the same number of calls on every rank."""
    for _ in range(5):
        call()
    times = []
    for _ in range(repetitions):
        start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        start.record()
        for _ in range(calls):
            call()
        end.record()
        torch.cuda.synchronize()
        times.append(start.elapsed_time(end) / 1e3 / calls)
    return statistics.median(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", help="table to write (CSV)")
    parser.add_argument("--quick", action="store_true", help="fewer shapes")
    parser.add_argument("--collectives", action="store_true", help="collectives only; start under torchrun")
    options = parser.parse_args()
    try:
        import torch
    except ImportError:
        sys.exit("measure-kernels: PyTorch is not installed")
    if not torch.cuda.is_available():
        sys.exit("measure-kernels: no GPU is visible to PyTorch")
    rank = 0
    if options.collectives:
        import torch.distributed as distributed

        if "LOCAL_RANK" not in os.environ:
            sys.exit("measure-kernels: start --collectives under torchrun")
        os.environ.setdefault("NCCL_ALGO", "Ring")
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
        distributed.init_process_group("nccl")
        rank = distributed.get_rank()
        kinds = [collectives]
    else:
        kinds = [gemms, attention, elementwise]
    out = open(options.out, "w", newline="") if rank == 0 else open(os.devnull, "w")
    with out:
        writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        for kind in kinds:
            for row in kind(torch, options.quick):
                writer.writerow(row)
                out.flush()
    if rank == 0:
        print(f"{torch.cuda.get_device_name()}: kernels written to {options.out}", file=sys.stderr)
    if options.collectives:
        distributed.destroy_process_group()


if __name__ == "__main__":
    main()
