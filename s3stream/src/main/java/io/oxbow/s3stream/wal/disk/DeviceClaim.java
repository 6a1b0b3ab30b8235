package io.oxbow.s3stream.wal.disk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;

/**
 * Exclusive claim of the kernel to a block device. It fails while a file system on the device is
 * mounted, or while a volume group, an array or another claimant has the device, and keeps them all
 * away while it is held; a lock on a file does neither. Linux grants it to whoever opens the device
 * with O_EXCL, which Java's own channels cannot say.
 */
public final class DeviceClaim implements AutoCloseable {

    private static final int O_EXCL = 0x80;
    private static final int O_CLOEXEC = 0x80000;
    private static final int EBUSY = 16;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final VarHandle ERRNO =
            Linker.Option.captureStateLayout().varHandle(PathElement.groupElement("errno"));
    private static final MethodHandle OPEN =
            LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow("open"),
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
                    Linker.Option.firstVariadicArg(2),
                    Linker.Option.captureCallState("errno"));
    private static final MethodHandle CLOSE =
            LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow("close"),
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private final int descriptor;
    private boolean released;

    private DeviceClaim(int descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * @throws IOException when somebody else has the device, or it cannot be opened
     */
    public static DeviceClaim take(Path device) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
            MemorySegment path = arena.allocateFrom(device.toString());
            int descriptor = (int) OPEN.invokeExact(state, path, O_EXCL | O_CLOEXEC);
            if (descriptor >= 0) {
                return new DeviceClaim(descriptor);
            }
            int error = (int) ERRNO.get(state, 0L);
            throw new IOException(
                    error == EBUSY
                            ? "the device is in use: mounted, part of an array or a volume group,"
                                    + " or another process has it"
                            : "the device cannot be opened: errno " + error);
        } catch (Throwable failure) {
            throw rethrown(failure);
        }
    }

    /** Releases the claim; may be called again. */
    @Override
    public void close() throws IOException {
        if (released) {
            return;
        }
        released = true;
        try {
            int ignored = (int) CLOSE.invokeExact(descriptor);
        } catch (Throwable failure) {
            throw rethrown(failure);
        }
    }

    private static RuntimeException rethrown(Throwable failure) throws IOException {
        return switch (failure) {
            case IOException ours -> throw ours;
            case Error error -> throw error;
            case RuntimeException unchecked -> unchecked;
            default -> new IllegalStateException("a native call threw", failure);
        };
    }
}
