package io.meshtransformer.pjrt.c;

import io.meshtransformer.pjrt.c.FieldType.Nested;
import io.meshtransformer.pjrt.c.FieldType.Scalar;
import io.meshtransformer.pjrt.c.StructLayout.Declaration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;

/**
 * Every C struct that this library reads or writes, as {@code pjrt_c_api.h} 0.83 declares it. Later versions of the
 * header only append fields, and a struct carries its size, so these layouts hold for later plugins too. A test
 * compares them with what a C compiler says.
 *
 * <p>{@code struct_size} and {@code extension_start}, which begin nearly every struct, are left out of the lists.
 */
public final class PjrtStructs {
    /** The version of the header that the layouts follow. */
    public static final int MAJOR_VERSION = 0;

    public static final int MINOR_VERSION = 83;

    private static final List<StructLayout> ALL = new ArrayList<>();

    // Values inside other structs
    public static final StructLayout API_VERSION =
            args("PJRT_Api_Version", integer("major_version"), integer("minor_version"));
    public static final StructLayout NAMED_VALUE = args(
            "PJRT_NamedValue",
            pointer("name"),
            size("name_size"),
            integer("type"),
            union(
                    pointer("string_value"),
                    int64("int64_value"),
                    pointer("int64_array_value"),
                    floating("float_value"),
                    bool("bool_value")),
            size("value_size"));
    public static final StructLayout PROGRAM =
            args("PJRT_Program", pointer("code"), size("code_size"), pointer("format"), size("format_size"));
    public static final StructLayout MEMORY_LAYOUT_TILED = args(
            "PJRT_Buffer_MemoryLayout_Tiled",
            pointer("minor_to_major"),
            size("minor_to_major_size"),
            pointer("tile_dims"),
            pointer("tile_dim_sizes"),
            size("num_tiles"));
    public static final StructLayout MEMORY_LAYOUT_STRIDES =
            args("PJRT_Buffer_MemoryLayout_Strides", pointer("byte_strides"), size("num_byte_strides"));
    public static final StructLayout MEMORY_LAYOUT = args(
            "PJRT_Buffer_MemoryLayout",
            union(nested("tiled", MEMORY_LAYOUT_TILED), nested("strides", MEMORY_LAYOUT_STRIDES)),
            integer("type"));
    public static final StructLayout EXECUTE_OPTIONS = args(
            "PJRT_ExecuteOptions",
            pointer("send_callbacks"),
            pointer("recv_callbacks"),
            size("num_send_ops"),
            size("num_recv_ops"),
            integer("launch_id"),
            pointer("non_donatable_input_indices"),
            size("num_non_donatable_input_indices"),
            pointer("context"),
            pointer("call_location"),
            size("num_tasks"),
            pointer("task_ids"),
            pointer("incarnation_ids"));

    // One struct of arguments for each function: PJRT_Client_Create takes a PJRT_Client_Create_Args

    // Errors and plugins
    public static final StructLayout ERROR_DESTROY = args("PJRT_Error_Destroy_Args", pointer("error"));
    public static final StructLayout ERROR_MESSAGE =
            args("PJRT_Error_Message_Args", pointer("error"), pointer("message"), size("message_size"));
    public static final StructLayout ERROR_GET_CODE =
            args("PJRT_Error_GetCode_Args", pointer("error"), integer("code"));
    public static final StructLayout PLUGIN_INITIALIZE = args("PJRT_Plugin_Initialize_Args");
    public static final StructLayout PLUGIN_ATTRIBUTES =
            args("PJRT_Plugin_Attributes_Args", pointer("attributes"), size("num_attributes"));

    // Events
    public static final StructLayout EVENT_DESTROY = args("PJRT_Event_Destroy_Args", pointer("event"));
    public static final StructLayout EVENT_IS_READY =
            args("PJRT_Event_IsReady_Args", pointer("event"), bool("is_ready"));
    public static final StructLayout EVENT_AWAIT = args("PJRT_Event_Await_Args", pointer("event"));

    // Clients
    public static final StructLayout CLIENT_CREATE = args(
            "PJRT_Client_Create_Args",
            pointer("create_options"),
            size("num_options"),
            pointer("kv_get_callback"),
            pointer("kv_get_user_arg"),
            pointer("kv_put_callback"),
            pointer("kv_put_user_arg"),
            pointer("client"),
            pointer("kv_try_get_callback"),
            pointer("kv_try_get_user_arg"));
    public static final StructLayout CLIENT_DESTROY = args("PJRT_Client_Destroy_Args", pointer("client"));
    public static final StructLayout CLIENT_PLATFORM_NAME = args(
            "PJRT_Client_PlatformName_Args", pointer("client"), pointer("platform_name"), size("platform_name_size"));
    public static final StructLayout CLIENT_PROCESS_INDEX =
            args("PJRT_Client_ProcessIndex_Args", pointer("client"), integer("process_index"));
    public static final StructLayout CLIENT_PLATFORM_VERSION = args(
            "PJRT_Client_PlatformVersion_Args",
            pointer("client"),
            pointer("platform_version"),
            size("platform_version_size"));
    public static final StructLayout CLIENT_TOPOLOGY_DESCRIPTION =
            args("PJRT_Client_TopologyDescription_Args", pointer("client"), pointer("topology"));
    public static final StructLayout CLIENT_DEVICES =
            args("PJRT_Client_Devices_Args", pointer("client"), pointer("devices"), size("num_devices"));
    public static final StructLayout CLIENT_ADDRESSABLE_DEVICES = args(
            "PJRT_Client_AddressableDevices_Args",
            pointer("client"),
            pointer("addressable_devices"),
            size("num_addressable_devices"));
    public static final StructLayout CLIENT_ADDRESSABLE_MEMORIES = args(
            "PJRT_Client_AddressableMemories_Args",
            pointer("client"),
            pointer("addressable_memories"),
            size("num_addressable_memories"));
    public static final StructLayout CLIENT_COMPILE = args(
            "PJRT_Client_Compile_Args",
            pointer("client"),
            pointer("program"),
            pointer("compile_options"),
            size("compile_options_size"),
            pointer("executable"));
    public static final StructLayout CLIENT_DEFAULT_DEVICE_ASSIGNMENT = args(
            "PJRT_Client_DefaultDeviceAssignment_Args",
            pointer("client"),
            integer("num_replicas"),
            integer("num_partitions"),
            size("default_assignment_size"),
            pointer("default_assignment"));
    public static final StructLayout CLIENT_BUFFER_FROM_HOST_BUFFER = args(
            "PJRT_Client_BufferFromHostBuffer_Args",
            pointer("client"),
            pointer("data"),
            integer("type"),
            pointer("dims"),
            size("num_dims"),
            pointer("byte_strides"),
            size("num_byte_strides"),
            integer("host_buffer_semantics"),
            pointer("device"),
            pointer("memory"),
            pointer("device_layout"),
            pointer("done_with_host_buffer"),
            pointer("buffer"));

    // Devices and memories
    public static final StructLayout DEVICE_DESCRIPTION_ID =
            args("PJRT_DeviceDescription_Id_Args", pointer("device_description"), integer("id"));
    public static final StructLayout DEVICE_DESCRIPTION_PROCESS_INDEX =
            args("PJRT_DeviceDescription_ProcessIndex_Args", pointer("device_description"), integer("process_index"));
    public static final StructLayout DEVICE_DESCRIPTION_ATTRIBUTES = args(
            "PJRT_DeviceDescription_Attributes_Args",
            pointer("device_description"),
            size("num_attributes"),
            pointer("attributes"));
    public static final StructLayout DEVICE_DESCRIPTION_KIND = args(
            "PJRT_DeviceDescription_Kind_Args",
            pointer("device_description"),
            pointer("device_kind"),
            size("device_kind_size"));
    public static final StructLayout DEVICE_DESCRIPTION_DEBUG_STRING = args(
            "PJRT_DeviceDescription_DebugString_Args",
            pointer("device_description"),
            pointer("debug_string"),
            size("debug_string_size"));
    public static final StructLayout DEVICE_DESCRIPTION_TO_STRING = args(
            "PJRT_DeviceDescription_ToString_Args",
            pointer("device_description"),
            pointer("to_string"),
            size("to_string_size"));
    public static final StructLayout DEVICE_GET_DESCRIPTION =
            args("PJRT_Device_GetDescription_Args", pointer("device"), pointer("device_description"));
    public static final StructLayout DEVICE_IS_ADDRESSABLE =
            args("PJRT_Device_IsAddressable_Args", pointer("device"), bool("is_addressable"));
    public static final StructLayout DEVICE_LOCAL_HARDWARE_ID =
            args("PJRT_Device_LocalHardwareId_Args", pointer("device"), integer("local_hardware_id"));
    public static final StructLayout DEVICE_ADDRESSABLE_MEMORIES =
            args("PJRT_Device_AddressableMemories_Args", pointer("device"), pointer("memories"), size("num_memories"));
    public static final StructLayout DEVICE_DEFAULT_MEMORY =
            args("PJRT_Device_DefaultMemory_Args", pointer("device"), pointer("memory"));
    public static final StructLayout DEVICE_MEMORY_STATS = args(
            "PJRT_Device_MemoryStats_Args",
            pointer("device"),
            int64("bytes_in_use"),
            int64("peak_bytes_in_use"),
            bool("peak_bytes_in_use_is_set"),
            int64("num_allocs"),
            bool("num_allocs_is_set"),
            int64("largest_alloc_size"),
            bool("largest_alloc_size_is_set"),
            int64("bytes_limit"),
            bool("bytes_limit_is_set"),
            int64("bytes_reserved"),
            bool("bytes_reserved_is_set"),
            int64("peak_bytes_reserved"),
            bool("peak_bytes_reserved_is_set"),
            int64("bytes_reservable_limit"),
            bool("bytes_reservable_limit_is_set"),
            int64("largest_free_block_bytes"),
            bool("largest_free_block_bytes_is_set"),
            int64("pool_bytes"),
            bool("pool_bytes_is_set"),
            int64("peak_pool_bytes"),
            bool("peak_pool_bytes_is_set"));
    public static final StructLayout MEMORY_ID = args("PJRT_Memory_Id_Args", pointer("memory"), integer("id"));
    public static final StructLayout MEMORY_KIND =
            args("PJRT_Memory_Kind_Args", pointer("memory"), pointer("kind"), size("kind_size"));
    public static final StructLayout MEMORY_DEBUG_STRING =
            args("PJRT_Memory_DebugString_Args", pointer("memory"), pointer("debug_string"), size("debug_string_size"));

    // Executables
    public static final StructLayout EXECUTABLE_DESTROY = args("PJRT_Executable_Destroy_Args", pointer("executable"));
    public static final StructLayout EXECUTABLE_NAME = args(
            "PJRT_Executable_Name_Args",
            pointer("executable"),
            pointer("executable_name"),
            size("executable_name_size"));
    public static final StructLayout EXECUTABLE_NUM_REPLICAS =
            args("PJRT_Executable_NumReplicas_Args", pointer("executable"), size("num_replicas"));
    public static final StructLayout EXECUTABLE_NUM_PARTITIONS =
            args("PJRT_Executable_NumPartitions_Args", pointer("executable"), size("num_partitions"));
    public static final StructLayout EXECUTABLE_NUM_OUTPUTS =
            args("PJRT_Executable_NumOutputs_Args", pointer("executable"), size("num_outputs"));
    public static final StructLayout EXECUTABLE_SIZE_OF_GENERATED_CODE_IN_BYTES =
            args("PJRT_Executable_SizeOfGeneratedCodeInBytes_Args", pointer("executable"), int64("size_in_bytes"));
    public static final StructLayout EXECUTABLE_FINGERPRINT = args(
            "PJRT_Executable_Fingerprint_Args",
            pointer("executable"),
            pointer("executable_fingerprint"),
            size("executable_fingerprint_size"));
    public static final StructLayout EXECUTABLE_GET_COST_ANALYSIS = args(
            "PJRT_Executable_GetCostAnalysis_Args",
            pointer("executable"),
            size("num_properties"),
            pointer("properties"));
    public static final StructLayout EXECUTABLE_GET_COMPILED_MEMORY_STATS = args(
            "PJRT_Executable_GetCompiledMemoryStats_Args",
            pointer("executable"),
            int64("generated_code_size_in_bytes"),
            int64("argument_size_in_bytes"),
            int64("output_size_in_bytes"),
            int64("alias_size_in_bytes"),
            int64("temp_size_in_bytes"),
            int64("host_generated_code_size_in_bytes"),
            int64("host_argument_size_in_bytes"),
            int64("host_output_size_in_bytes"),
            int64("host_alias_size_in_bytes"),
            int64("host_temp_size_in_bytes"),
            int64("peak_memory_in_bytes"));
    public static final StructLayout EXECUTABLE_OUTPUT_ELEMENT_TYPES = args(
            "PJRT_Executable_OutputElementTypes_Args",
            pointer("executable"),
            pointer("output_types"),
            size("num_output_types"));
    public static final StructLayout EXECUTABLE_OUTPUT_DIMENSIONS = args(
            "PJRT_Executable_OutputDimensions_Args",
            pointer("executable"),
            size("num_outputs"),
            pointer("dims"),
            pointer("dim_sizes"));
    public static final StructLayout EXECUTABLE_OPTIMIZED_PROGRAM =
            args("PJRT_Executable_OptimizedProgram_Args", pointer("executable"), pointer("program"));
    public static final StructLayout EXECUTABLE_SERIALIZE = args(
            "PJRT_Executable_Serialize_Args",
            pointer("executable"),
            pointer("serialized_bytes"),
            size("serialized_bytes_size"),
            pointer("serialized_executable"),
            pointer("serialized_executable_deleter"));
    public static final StructLayout EXECUTABLE_DESERIALIZE_AND_LOAD = args(
            "PJRT_Executable_DeserializeAndLoad_Args",
            pointer("client"),
            pointer("serialized_executable"),
            size("serialized_executable_size"),
            pointer("loaded_executable"),
            pointer("overridden_serialized_compile_options"),
            size("overridden_serialized_compile_options_size"));
    public static final StructLayout LOADED_EXECUTABLE_DESTROY =
            args("PJRT_LoadedExecutable_Destroy_Args", pointer("executable"));
    public static final StructLayout LOADED_EXECUTABLE_GET_EXECUTABLE =
            args("PJRT_LoadedExecutable_GetExecutable_Args", pointer("loaded_executable"), pointer("executable"));
    public static final StructLayout LOADED_EXECUTABLE_GET_DEVICE_ASSIGNMENT = args(
            "PJRT_LoadedExecutable_GetDeviceAssignment_Args",
            pointer("executable"),
            pointer("serialized_bytes"),
            size("serialized_bytes_size"),
            pointer("serialized_device_assignment"),
            pointer("serialized_device_assignment_deleter"));
    public static final StructLayout LOADED_EXECUTABLE_ADDRESSABLE_DEVICES = args(
            "PJRT_LoadedExecutable_AddressableDevices_Args",
            pointer("executable"),
            pointer("addressable_devices"),
            size("num_addressable_devices"));
    public static final StructLayout LOADED_EXECUTABLE_EXECUTE = args(
            "PJRT_LoadedExecutable_Execute_Args",
            pointer("executable"),
            pointer("options"),
            pointer("argument_lists"),
            size("num_devices"),
            size("num_args"),
            pointer("output_lists"),
            pointer("device_complete_events"),
            pointer("execute_device"));

    // Buffers
    public static final StructLayout BUFFER_DESTROY = args("PJRT_Buffer_Destroy_Args", pointer("buffer"));
    public static final StructLayout BUFFER_ELEMENT_TYPE =
            args("PJRT_Buffer_ElementType_Args", pointer("buffer"), integer("type"));
    public static final StructLayout BUFFER_DIMENSIONS =
            args("PJRT_Buffer_Dimensions_Args", pointer("buffer"), pointer("dims"), size("num_dims"));
    public static final StructLayout BUFFER_TO_HOST_BUFFER = args(
            "PJRT_Buffer_ToHostBuffer_Args",
            pointer("src"),
            pointer("host_layout"),
            pointer("dst"),
            size("dst_size"),
            pointer("event"));
    public static final StructLayout BUFFER_ON_DEVICE_SIZE_IN_BYTES =
            args("PJRT_Buffer_OnDeviceSizeInBytes_Args", pointer("buffer"), size("on_device_size_in_bytes"));
    public static final StructLayout BUFFER_IS_DELETED =
            args("PJRT_Buffer_IsDeleted_Args", pointer("buffer"), bool("is_deleted"));
    public static final StructLayout BUFFER_COPY_TO_DEVICE =
            args("PJRT_Buffer_CopyToDevice_Args", pointer("buffer"), pointer("dst_device"), pointer("dst_buffer"));
    public static final StructLayout BUFFER_READY_EVENT =
            args("PJRT_Buffer_ReadyEvent_Args", pointer("buffer"), pointer("event"));
    public static final StructLayout BUFFER_MEMORY =
            args("PJRT_Buffer_Memory_Args", pointer("buffer"), pointer("memory"));

    // Topologies
    public static final StructLayout TOPOLOGY_DESCRIPTION_CREATE = args(
            "PJRT_TopologyDescription_Create_Args",
            pointer("topology_name"),
            size("topology_name_size"),
            pointer("create_options"),
            size("num_options"),
            pointer("topology"));
    public static final StructLayout TOPOLOGY_DESCRIPTION_DESTROY =
            args("PJRT_TopologyDescription_Destroy_Args", pointer("topology"));
    public static final StructLayout TOPOLOGY_DESCRIPTION_PLATFORM_NAME = args(
            "PJRT_TopologyDescription_PlatformName_Args",
            pointer("topology"),
            pointer("platform_name"),
            size("platform_name_size"));
    public static final StructLayout TOPOLOGY_DESCRIPTION_PLATFORM_VERSION = args(
            "PJRT_TopologyDescription_PlatformVersion_Args",
            pointer("topology"),
            pointer("platform_version"),
            size("platform_version_size"));
    public static final StructLayout TOPOLOGY_DESCRIPTION_GET_DEVICE_DESCRIPTIONS = args(
            "PJRT_TopologyDescription_GetDeviceDescriptions_Args",
            pointer("topology"),
            pointer("descriptions"),
            size("num_descriptions"));
    public static final StructLayout TOPOLOGY_DESCRIPTION_ATTRIBUTES = args(
            "PJRT_TopologyDescription_Attributes_Args",
            pointer("topology"),
            pointer("attributes"),
            size("num_attributes"));
    public static final StructLayout COMPILE = args(
            "PJRT_Compile_Args",
            pointer("topology"),
            pointer("program"),
            pointer("compile_options"),
            size("compile_options_size"),
            pointer("client"),
            pointer("executable"));

    /** The table of functions that {@code GetPjrtApi} returns; each is a pointer under the function's name. */
    public static final StructLayout API = functionTable(
            "PJRT_Error_Destroy",
            "PJRT_Error_Message",
            "PJRT_Error_GetCode",
            "PJRT_Plugin_Initialize",
            "PJRT_Plugin_Attributes",
            "PJRT_Event_Destroy",
            "PJRT_Event_IsReady",
            "PJRT_Event_Error",
            "PJRT_Event_Await",
            "PJRT_Event_OnReady",
            "PJRT_Client_Create",
            "PJRT_Client_Destroy",
            "PJRT_Client_PlatformName",
            "PJRT_Client_ProcessIndex",
            "PJRT_Client_PlatformVersion",
            "PJRT_Client_Devices",
            "PJRT_Client_AddressableDevices",
            "PJRT_Client_LookupDevice",
            "PJRT_Client_LookupAddressableDevice",
            "PJRT_Client_AddressableMemories",
            "PJRT_Client_Compile",
            "PJRT_Client_DefaultDeviceAssignment",
            "PJRT_Client_BufferFromHostBuffer",
            "PJRT_DeviceDescription_Id",
            "PJRT_DeviceDescription_ProcessIndex",
            "PJRT_DeviceDescription_Attributes",
            "PJRT_DeviceDescription_Kind",
            "PJRT_DeviceDescription_DebugString",
            "PJRT_DeviceDescription_ToString",
            "PJRT_Device_GetDescription",
            "PJRT_Device_IsAddressable",
            "PJRT_Device_LocalHardwareId",
            "PJRT_Device_AddressableMemories",
            "PJRT_Device_DefaultMemory",
            "PJRT_Device_MemoryStats",
            "PJRT_Memory_Id",
            "PJRT_Memory_Kind",
            "PJRT_Memory_DebugString",
            "PJRT_Memory_ToString",
            "PJRT_Memory_AddressableByDevices",
            "PJRT_Executable_Destroy",
            "PJRT_Executable_Name",
            "PJRT_Executable_NumReplicas",
            "PJRT_Executable_NumPartitions",
            "PJRT_Executable_NumOutputs",
            "PJRT_Executable_SizeOfGeneratedCodeInBytes",
            "PJRT_Executable_GetCostAnalysis",
            "PJRT_Executable_OutputMemoryKinds",
            "PJRT_Executable_OptimizedProgram",
            "PJRT_Executable_Serialize",
            "PJRT_LoadedExecutable_Destroy",
            "PJRT_LoadedExecutable_GetExecutable",
            "PJRT_LoadedExecutable_AddressableDevices",
            "PJRT_LoadedExecutable_Delete",
            "PJRT_LoadedExecutable_IsDeleted",
            "PJRT_LoadedExecutable_Execute",
            "PJRT_Executable_DeserializeAndLoad",
            "PJRT_LoadedExecutable_Fingerprint",
            "PJRT_Buffer_Destroy",
            "PJRT_Buffer_ElementType",
            "PJRT_Buffer_Dimensions",
            "PJRT_Buffer_UnpaddedDimensions",
            "PJRT_Buffer_DynamicDimensionIndices",
            "PJRT_Buffer_GetMemoryLayout",
            "PJRT_Buffer_OnDeviceSizeInBytes",
            "PJRT_Buffer_Device",
            "PJRT_Buffer_Memory",
            "PJRT_Buffer_Delete",
            "PJRT_Buffer_IsDeleted",
            "PJRT_Buffer_CopyToDevice",
            "PJRT_Buffer_ToHostBuffer",
            "PJRT_Buffer_IsOnCpu",
            "PJRT_Buffer_ReadyEvent",
            "PJRT_Buffer_UnsafePointer",
            "PJRT_Buffer_IncreaseExternalReferenceCount",
            "PJRT_Buffer_DecreaseExternalReferenceCount",
            "PJRT_Buffer_OpaqueDeviceMemoryDataPointer",
            "PJRT_CopyToDeviceStream_Destroy",
            "PJRT_CopyToDeviceStream_AddChunk",
            "PJRT_CopyToDeviceStream_TotalBytes",
            "PJRT_CopyToDeviceStream_GranuleSize",
            "PJRT_CopyToDeviceStream_CurrentBytes",
            "PJRT_TopologyDescription_Create",
            "PJRT_TopologyDescription_Destroy",
            "PJRT_TopologyDescription_PlatformName",
            "PJRT_TopologyDescription_PlatformVersion",
            "PJRT_TopologyDescription_GetDeviceDescriptions",
            "PJRT_TopologyDescription_Serialize",
            "PJRT_TopologyDescription_Attributes",
            "PJRT_Compile",
            "PJRT_Executable_OutputElementTypes",
            "PJRT_Executable_OutputDimensions",
            "PJRT_Buffer_CopyToMemory",
            "PJRT_Client_CreateViewOfDeviceBuffer",
            "PJRT_Executable_Fingerprint",
            "PJRT_Client_TopologyDescription",
            "PJRT_Executable_GetCompiledMemoryStats",
            "PJRT_Memory_Kind_Id",
            "PJRT_ExecuteContext_Create",
            "PJRT_ExecuteContext_Destroy",
            "PJRT_Buffer_CopyRawToHost",
            "PJRT_AsyncHostToDeviceTransferManager_Destroy",
            "PJRT_AsyncHostToDeviceTransferManager_TransferData",
            "PJRT_Client_CreateBuffersForAsyncHostToDevice",
            "PJRT_AsyncHostToDeviceTransferManager_RetrieveBuffer",
            "PJRT_AsyncHostToDeviceTransferManager_Device",
            "PJRT_AsyncHostToDeviceTransferManager_BufferCount",
            "PJRT_AsyncHostToDeviceTransferManager_BufferSize",
            "PJRT_AsyncHostToDeviceTransferManager_SetBufferError",
            "PJRT_AsyncHostToDeviceTransferManager_AddMetadata",
            "PJRT_Client_DmaMap",
            "PJRT_Client_DmaUnmap",
            "PJRT_Client_CreateUninitializedBuffer",
            "PJRT_Client_UpdateGlobalProcessInfo",
            "PJRT_TopologyDescription_Deserialize",
            "PJRT_Client_CreateAliasBuffer",
            "PJRT_Client_FulfillAliasBuffer",
            "PJRT_LoadedExecutable_GetDeviceAssignment",
            "PJRT_Client_CreateErrorBuffer",
            "PJRT_AsyncHostToDeviceTransferManager_TransferLiteral");

    private PjrtStructs() {}

    /** All of the above. */
    public static List<StructLayout> all() {
        return List.copyOf(ALL);
    }

    private static StructLayout args(String name, Declaration... fields) {
        var header = Stream.of(size("struct_size"), pointer("extension_start"));
        var layout = new StructLayout(
                name, Stream.concat(header, Arrays.stream(fields)).toList());
        ALL.add(layout);
        return layout;
    }

    private static StructLayout functionTable(String... functions) {
        var version = Stream.of(nested("pjrt_api_version", API_VERSION));
        var pointers = Arrays.stream(functions).map(PjrtStructs::pointer);
        return args("PJRT_Api", Stream.concat(version, pointers).toArray(Declaration[]::new));
    }

    private static Declaration pointer(String name) {
        return Declaration.of(name, Scalar.POINTER);
    }

    private static Declaration size(String name) {
        return Declaration.of(name, Scalar.SIZE);
    }

    private static Declaration int64(String name) {
        return Declaration.of(name, Scalar.INT64);
    }

    private static Declaration integer(String name) {
        return Declaration.of(name, Scalar.INT);
    }

    private static Declaration floating(String name) {
        return Declaration.of(name, Scalar.FLOAT);
    }

    private static Declaration bool(String name) {
        return Declaration.of(name, Scalar.BOOL);
    }

    private static Declaration nested(String name, StructLayout layout) {
        return Declaration.of(name, new Nested(layout));
    }

    private static Declaration union(Declaration... members) {
        var together = new LinkedHashMap<String, FieldType>();
        for (var member : members) {
            together.putAll(member.members());
        }
        return new Declaration(together);
    }
}
