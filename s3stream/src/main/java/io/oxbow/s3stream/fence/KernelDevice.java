package io.oxbow.s3stream.fence;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.S3StreamException.Retry;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;

/** Device opened for {@code ioctl}. Its calls block in the kernel: for disk threads. */
final class KernelDevice implements AutoCloseable {

    /**
     * Number from {@code errno.h}, the same on every architecture on which the JDK runs under
     * Linux.
     */
    static final int EPERM = 1;

    static final int EINVAL = 22;
    static final int ENOTTY = 25;
    static final int EOPNOTSUPP = 95;

    private static final int O_RDWR = 2;
    private static final int O_CLOEXEC = 0x80000;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));
    private static final Linker.Option KEEP_ERRNO = Linker.Option.captureCallState("errno");

    private static final MethodHandle OPEN =
            function(
                    "open",
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
                    KEEP_ERRNO,
                    Linker.Option.firstVariadicArg(2));
    private static final MethodHandle IOCTL =
            function(
                    "ioctl",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
                    KEEP_ERRNO,
                    Linker.Option.firstVariadicArg(2));
    private static final MethodHandle CLOSE =
            function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private final Path path;
    private final int descriptor;

    private KernelDevice(Path path, int descriptor) {
        this.path = path;
        this.descriptor = descriptor;
    }

    /**
     * @throws S3StreamException when it cannot be opened for writing
     */
    static KernelDevice open(Path path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            int descriptor =
                    (int)
                            OPEN.invokeExact(
                                    state, arena.allocateFrom(path.toString()), O_RDWR | O_CLOEXEC);
            if (descriptor < 0) {
                throw new S3StreamException(
                        "cannot open device %s: errno %d"
                                .formatted(path, (int) ERRNO.get(state, 0L)),
                        Retry.FATAL,
                        null);
            }
            return new KernelDevice(path, descriptor);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /**
     * Makes a call and returns the kernel's result: 0, a positive status of the device, or a
     * negated errno.
     */
    int call(KernelReservationCalls call, MemorySegment argument) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            long request = Integer.toUnsignedLong(call.request());
            int result = (int) IOCTL.invokeExact(state, descriptor, request, argument);
            return result >= 0 ? result : -(int) ERRNO.get(state, 0L);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    Path path() {
        return path;
    }

    @Override
    public void close() {
        try {
            int ignored = (int) CLOSE.invokeExact(descriptor);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    private static MethodHandle function(
            String name, FunctionDescriptor type, Linker.Option... options) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, options);
    }

    private static RuntimeException rethrown(Throwable e) {
        return switch (e) {
            case RuntimeException unchecked -> unchecked;
            case Error error -> throw error;
            default -> new IllegalStateException("a native call threw", e);
        };
    }
}
