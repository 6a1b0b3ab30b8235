package io.oxbow.s3stream.fence;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/** Bindings to the functions of libiscsi (ABI 7) that raw SCSI commands need. */
final class LibIscsi {

    static final int SESSION_NORMAL = 2;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup LIBRARY =
            SymbolLookup.libraryLookup("libiscsi.so.7", Arena.global());

    static final MethodHandle CREATE_CONTEXT =
            function("iscsi_create_context", FunctionDescriptor.of(ADDRESS, ADDRESS));
    static final MethodHandle DESTROY_CONTEXT =
            function("iscsi_destroy_context", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    static final MethodHandle SET_TARGET_NAME =
            function("iscsi_set_targetname", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    static final MethodHandle SET_SESSION_TYPE =
            function("iscsi_set_session_type", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    static final MethodHandle FULL_CONNECT =
            function(
                    "iscsi_full_connect_sync",
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
    static final MethodHandle DISCONNECT =
            function("iscsi_disconnect", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    static final MethodHandle GET_ERROR =
            function("iscsi_get_error", FunctionDescriptor.of(ADDRESS, ADDRESS));
    static final MethodHandle CREATE_TASK =
            function(
                    "scsi_create_task",
                    FunctionDescriptor.of(ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
    static final MethodHandle FREE_TASK =
            function("scsi_free_scsi_task", FunctionDescriptor.ofVoid(ADDRESS));
    static final MethodHandle ADD_DATA_IN =
            function(
                    "scsi_task_add_data_in_buffer",
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS));
    static final MethodHandle COMMAND =
            function(
                    "iscsi_scsi_command_sync",
                    FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS));
    static final MethodHandle LUN_RESET =
            function(
                    "iscsi_task_mgmt_lun_reset_sync",
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));

    private LibIscsi() {}

    private static MethodHandle function(String name, FunctionDescriptor type) {
        return LINKER.downcallHandle(LIBRARY.findOrThrow(name), type);
    }

    interface Call<T> {
        T make() throws Throwable;
    }

    static <T> T call(Call<T> call) {
        try {
            return call.make();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static String text(MemorySegment zeroTerminated) {
        return zeroTerminated.reinterpret(4096).getString(0);
    }
}
