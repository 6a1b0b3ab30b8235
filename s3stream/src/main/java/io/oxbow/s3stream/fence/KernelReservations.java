package io.oxbow.s3stream.fence;

import static io.oxbow.s3stream.fence.KernelReservationCalls.IGNORE_EXISTING_KEY;
import static io.oxbow.s3stream.fence.KernelReservationCalls.WRITE_EXCLUSIVE_REGISTRANTS_ONLY;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.S3StreamException.Retry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reservations through the kernel's block device interface, which SCSI disks, NVMe namespaces and
 * device-mapper targets share. Needs CAP_SYS_ADMIN or write access to the whole device (not a
 * partition). The kernel asks SCSI disks to keep registrations through a loss of power.
 */
public final class KernelReservations implements PersistentReservations {

    /** Status RESERVATION CONFLICT of SCSI, and of NVMe as older kernels pass it through. */
    private static final List<Integer> CONFLICTS = List.of(0x18, 0x83);

    private static final int KEYS_FIRST = 32;
    private static final int KEYS_MAX = 1 << 16;

    private final KernelDevice device;

    private KernelReservations(KernelDevice device) {
        this.device = device;
    }

    /**
     * @throws S3StreamException when the device cannot be opened
     */
    public static KernelReservations open(Path device) {
        return new KernelReservations(KernelDevice.open(device));
    }

    @Override
    public Outcome register(ReservationKey own) {
        return call(
                KernelReservationCalls.REGISTER,
                fields -> {
                    fields.set("new_key", own.value());
                    fields.set("flags", IGNORE_EXISTING_KEY);
                });
    }

    @Override
    public Outcome checkRegistered(ReservationKey own) {
        return call(
                KernelReservationCalls.REGISTER,
                fields -> {
                    fields.set("old_key", own.value());
                    fields.set("new_key", own.value());
                });
    }

    @Override
    public Outcome unregister(ReservationKey own) {
        return call(KernelReservationCalls.REGISTER, fields -> fields.set("old_key", own.value()));
    }

    @Override
    public Outcome reserve(ReservationKey own) {
        return call(KernelReservationCalls.RESERVE, fields -> reservation(fields, own));
    }

    @Override
    public Outcome release(ReservationKey own) {
        return call(KernelReservationCalls.RELEASE, fields -> reservation(fields, own));
    }

    private static void reservation(Fields fields, ReservationKey own) {
        fields.set("key", own.value());
        fields.set("type", WRITE_EXCLUSIVE_REGISTRANTS_ONLY);
    }

    /**
     * Preempts {@code dead}: in the kernel's structure the old key is the caller's own, the new key
     * the one to preempt.
     */
    @Override
    public Outcome preemptAndAbort(ReservationKey own, ReservationKey dead) {
        return call(
                KernelReservationCalls.PREEMPT_ABORT,
                fields -> {
                    fields.set("old_key", own.value());
                    fields.set("new_key", dead.value());
                    fields.set("type", WRITE_EXCLUSIVE_REGISTRANTS_ONLY);
                });
    }

    @Override
    public Outcome clear(ReservationKey own) {
        return call(KernelReservationCalls.CLEAR, fields -> fields.set("key", own.value()));
    }

    @Override
    public Reading read() {
        try (Arena arena = Arena.ofConfined()) {
            var held = new Fields(KernelReservationCalls.READ_RESERVATION, arena);
            return switch (outcome(held)) {
                case Outcome.Done() -> readKeys(arena, holder(held), KEYS_FIRST);
                case Outcome.Conflict() -> new Reading.Unknown(failed("read", 0x18));
                case Outcome.Unsupported(String why) -> new Reading.Unsupported(why);
                case Outcome.Unknown(S3StreamException cause) -> new Reading.Unknown(cause);
            };
        }
    }

    private static Optional<Holder> holder(Fields held) {
        int type = (int) held.get("type");
        long key = held.get("key");
        return type == 0
                ? Optional.empty()
                : Optional.of(
                        new Holder(
                                key == 0 ? Optional.empty() : Optional.of(new ReservationKey(key)),
                                type));
    }

    /** Reads the keys, and again with more room while there are more than fit. */
    private Reading readKeys(Arena arena, Optional<Holder> holder, int room) {
        MemorySegment keys = arena.allocate(JAVA_LONG, room);
        var list = new Fields(KernelReservationCalls.READ_KEYS, arena);
        list.set("num_keys", room);
        list.set("keys_ptr", keys.address());
        return switch (outcome(list)) {
            case Outcome.Done() -> {
                long count = list.get("num_keys");
                if (count > room) {
                    yield count > KEYS_MAX
                            ? new Reading.Unknown(failed("read " + count + " keys of", 0))
                            : readKeys(arena, holder, (int) count);
                }
                List<ReservationKey> found = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    found.add(new ReservationKey(keys.getAtIndex(JAVA_LONG, i)));
                }
                yield new Reading.State(List.copyOf(found), holder);
            }
            case Outcome.Conflict() -> new Reading.Unknown(failed("read", 0x18));
            case Outcome.Unsupported(String why) -> new Reading.Unsupported(why);
            case Outcome.Unknown(S3StreamException cause) -> new Reading.Unknown(cause);
        };
    }

    private Outcome call(KernelReservationCalls call, java.util.function.Consumer<Fields> filling) {
        try (Arena arena = Arena.ofConfined()) {
            var fields = new Fields(call, arena);
            filling.accept(fields);
            return outcome(fields);
        }
    }

    private Outcome outcome(Fields fields) {
        return judge(fields.call, device.call(fields.call, fields.segment));
    }

    private Outcome judge(KernelReservationCalls call, int result) {
        return switch (result) {
            case 0 -> new Outcome.Done();
            case -KernelDevice.ENOTTY, -KernelDevice.EOPNOTSUPP ->
                    new Outcome.Unsupported(
                            "the kernel or the device has no %s: errno %d"
                                    .formatted(call, -result));
            case -KernelDevice.EPERM, -KernelDevice.EINVAL ->
                    new Outcome.Unsupported(
                            "%s is not allowed (a partition, or no right to it): errno %d"
                                    .formatted(call, -result));
            default ->
                    CONFLICTS.contains(result)
                            ? new Outcome.Conflict()
                            : new Outcome.Unknown(failed(call.toString(), result));
        };
    }

    private S3StreamException failed(String what, int result) {
        return new S3StreamException(
                "%s of %s failed: %s"
                        .formatted(
                                what,
                                device.path(),
                                result < 0
                                        ? "errno " + -result
                                        : "the device answered 0x%x".formatted(result)),
                Retry.UNKNOWN,
                null);
    }

    @Override
    public String device() {
        return device.path().toString();
    }

    @Override
    public void close() {
        device.close();
    }

    /** Argument of one call. */
    private static final class Fields {

        private final KernelReservationCalls call;
        private final MemorySegment segment;

        Fields(KernelReservationCalls call, Arena arena) {
            this.call = call;
            this.segment = arena.allocate(call.argument());
        }

        void set(String name, long value) {
            PathElement field = PathElement.groupElement(name);
            long offset = call.argument().byteOffset(field);
            if (call.argument().select(field).byteSize() == Long.BYTES) {
                segment.set(JAVA_LONG, offset, value);
            } else {
                segment.set(java.lang.foreign.ValueLayout.JAVA_INT, offset, (int) value);
            }
        }

        long get(String name) {
            PathElement field = PathElement.groupElement(name);
            long offset = call.argument().byteOffset(field);
            return call.argument().select(field).byteSize() == Long.BYTES
                    ? segment.get(JAVA_LONG, offset)
                    : segment.get(java.lang.foreign.ValueLayout.JAVA_INT, offset) & 0xffffffffL;
        }
    }
}
