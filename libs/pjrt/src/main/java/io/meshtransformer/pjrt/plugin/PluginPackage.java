package io.meshtransformer.pjrt.plugin;

import java.util.List;
import java.util.Optional;

/**
 * A plugin as it is published: a Python wheel, which is a zip file, with one shared library that matters. Nothing of
 * Python is needed to run it.
 *
 * @param name what people call it: "cpu"
 * @param distribution the package's name in a Python index
 * @param version the pinned version
 * @param wheelSha256 what the wheel hashes to, in hex
 * @param wheelBytes the wheel's size
 * @param library the shared library's path in the wheel
 * @param platform the wheel's platform tag, so that every machine and every Python gets this wheel
 * @param requirement what else it needs to run, a sentence; empty if nothing
 */
public record PluginPackage(
        String name,
        String distribution,
        String version,
        String wheelSha256,
        long wheelBytes,
        String library,
        String platform,
        String requirement) {

    public static final PluginPackage CPU = new PluginPackage(
            "cpu",
            "lammps-jax-pjrt-cpu",
            "0.11.2",
            "1319390d948b39f69f7dade496b7c385149d9ca6097a6b62114da113216d9ad1",
            62_711_338,
            "lammps_jax_pjrt_cpu/pjrt_c_api_cpu_plugin.so",
            "manylinux_2_27_x86_64",
            "");

    public static final PluginPackage TPU = new PluginPackage(
            "tpu",
            "libtpu",
            "0.0.51",
            "ba67ddbfdbac61c8da1fafc26cd51b93e9fe4d298016e2882eb986b1718cba34",
            204_805_508,
            "libtpu/libtpu.so",
            "manylinux_2_31_x86_64",
            "TPUs to run programs; compiling for a topology needs none.");

    public static final PluginPackage CUDA = new PluginPackage(
            "cuda",
            "jax-cuda13-pjrt",
            "0.12.0.1",
            "5899bb6177eda86ea532afb9a26794f2bdd04966f6a01f9028266b16c2b6cf90",
            134_922_808,
            "jax_plugins/xla_cuda13/xla_cuda_plugin.so",
            "manylinux_2_27_x86_64",
            "An NVIDIA driver, and where the loader finds them (LD_LIBRARY_PATH) the CUDA 13 libraries cudart, nvrtc,"
                    + " cublas, cufft, cusolver, cusparse, cupti, and cuDNN 9, NCCL 2 and NVSHMEM 3.");

    /** All that are known. */
    public static final List<PluginPackage> KNOWN = List.of(CPU, TPU, CUDA);

    public static Optional<PluginPackage> named(String name) {
        return KNOWN.stream().filter(plugin -> plugin.name().equals(name)).findFirst();
    }

    /** The shared library's file name. */
    String libraryFile() {
        return library.substring(library.lastIndexOf('/') + 1);
    }

    /** What pip takes for exactly this version. */
    String requirementSpecifier() {
        return distribution + "==" + version;
    }

    @Override
    public String toString() {
        return name + " (" + distribution + " " + version + ")";
    }
}
