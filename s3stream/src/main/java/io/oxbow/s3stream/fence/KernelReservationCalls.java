package io.oxbow.s3stream.fence;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;

/**
 * Request numbers and structures of {@code linux/pr.h}. All fields are in the machine's byte order;
 * keys are turned into the device's by the kernel.
 */
enum KernelReservationCalls {
    REGISTER(
            Direction.IN,
            200,
            MemoryLayout.structLayout(
                    JAVA_LONG.withName("old_key"),
                    JAVA_LONG.withName("new_key"),
                    JAVA_INT.withName("flags"),
                    JAVA_INT.withName("__pad"))),
    RESERVE(Direction.IN, 201, reservation()),
    RELEASE(Direction.IN, 202, reservation()),
    PREEMPT(Direction.IN, 203, preempt()),
    PREEMPT_ABORT(Direction.IN, 204, preempt()),
    CLEAR(
            Direction.IN,
            205,
            MemoryLayout.structLayout(
                    JAVA_LONG.withName("key"),
                    JAVA_INT.withName("flags"),
                    JAVA_INT.withName("__pad"))),
    /** Available from Linux 7.0 on, as is the next request. */
    READ_KEYS(
            Direction.BOTH,
            206,
            MemoryLayout.structLayout(
                    JAVA_INT.withName("generation"),
                    JAVA_INT.withName("num_keys"),
                    JAVA_LONG.withName("keys_ptr"))),
    READ_RESERVATION(
            Direction.OUT,
            207,
            MemoryLayout.structLayout(
                    JAVA_LONG.withName("key"),
                    JAVA_INT.withName("generation"),
                    JAVA_INT.withName("type")));

    /** Flag: the new key replaces any that this initiator had registered. */
    static final int IGNORE_EXISTING_KEY = 1;

    /** Reservation type {@code PR_WRITE_EXCLUSIVE_REG_ONLY}. */
    static final int WRITE_EXCLUSIVE_REGISTRANTS_ONLY = 3;

    private static final int LETTER = 'p';

    private final Direction direction;
    private final int number;
    private final StructLayout argument;

    KernelReservationCalls(Direction direction, int number, StructLayout argument) {
        this.direction = direction;
        this.number = number;
        this.argument = argument;
    }

    /** Direction of a call's argument, as the kernel sees it. */
    private enum Direction {
        IN(1),
        OUT(2),
        BOTH(3);

        private final int bits;

        Direction(int bits) {
            this.bits = bits;
        }
    }

    StructLayout argument() {
        return argument;
    }

    /** Returns the request number, as {@code _IOC} composes it on x86, ARM and RISC-V. */
    int request() {
        return direction.bits << 30 | (int) argument.byteSize() << 16 | LETTER << 8 | number;
    }

    private static StructLayout reservation() {
        return MemoryLayout.structLayout(
                JAVA_LONG.withName("key"), JAVA_INT.withName("type"), JAVA_INT.withName("flags"));
    }

    private static StructLayout preempt() {
        return MemoryLayout.structLayout(
                JAVA_LONG.withName("old_key"),
                JAVA_LONG.withName("new_key"),
                JAVA_INT.withName("type"),
                JAVA_INT.withName("flags"));
    }
}
