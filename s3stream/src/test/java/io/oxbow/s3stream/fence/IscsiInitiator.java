package io.oxbow.s3stream.fence;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.ReentrantLock;

/** One iSCSI session that sends raw SCSI commands to one logical unit. Thread-safe. */
final class IscsiInitiator implements AutoCloseable {

    static final int GOOD = 0;
    static final int CHECK_CONDITION = 2;
    static final int RESERVATION_CONFLICT = 0x18;
    static final int ILLEGAL_REQUEST = 5;

    private static final int UNIT_ATTENTION = 6;
    private static final int ATTENTIONS_MAX = 5;

    /** Offset of the result in libiscsi's {@code struct scsi_task}, on 64-bit machines. */
    private static final long STATUS_OFFSET = 0;

    private static final long SENSE_KEY_OFFSET = 52;
    private static final long TASK_BYTES = 64;

    private static final int READ = 1;
    private static final int WRITE = 2;

    private final String name;
    private final int lun;
    private final MemorySegment context;
    private final ReentrantLock lock = new ReentrantLock();

    /**
     * @param senseKey of a CHECK CONDITION; else 0
     */
    record Answer(int status, int senseKey) {
        boolean isGood() {
            return status == GOOD;
        }
    }

    private IscsiInitiator(String name, int lun, MemorySegment context) {
        this.name = name;
        this.lun = lun;
        this.context = context;
    }

    /** Logs in; the initiator is known by {@code name}, for reservations as for anything else. */
    static IscsiInitiator connect(String name, TgtTarget target) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment context =
                    LibIscsi.call(() ->
                            (MemorySegment)
                                    LibIscsi.CREATE_CONTEXT.invokeExact(arena.allocateFrom(name)));
            var initiator = new IscsiInitiator(name, TgtTarget.LUN, context);
            LibIscsi.call(() ->
                    (int)
                            LibIscsi.SET_TARGET_NAME.invokeExact(
                                    context, arena.allocateFrom(TgtTarget.NAME)));
            LibIscsi.call(() ->
                    (int) LibIscsi.SET_SESSION_TYPE.invokeExact(context, LibIscsi.SESSION_NORMAL));
            int connected =
                    LibIscsi.call(() ->
                            (int)
                                    LibIscsi.FULL_CONNECT.invokeExact(
                                            context,
                                            arena.allocateFrom(target.portal()),
                                            TgtTarget.LUN));
            if (connected != 0) {
                throw new IllegalStateException(
                        "%s cannot log in at %s: %s"
                                .formatted(name, target.portal(), initiator.error()));
            }
            return initiator;
        }
    }

    private String error() {
        return LibIscsi.text(
                LibIscsi.call(() -> (MemorySegment) LibIscsi.GET_ERROR.invokeExact(context)));
    }

    String name() {
        return name;
    }

    /** Sends a command whose answer fills {@code into}. */
    Answer read(byte[] cdb, byte[] into) {
        return command(cdb, READ, into);
    }

    Answer write(byte[] cdb, byte[] from) {
        return command(cdb, WRITE, from);
    }

    /**
     * Sends a command, and again after a unit attention, which reports another event and means that
     * the command was not done.
     */
    private Answer command(byte[] cdb, int direction, byte[] data) {
        lock.lock();
        try {
            for (int attempt = 1; ; attempt++) {
                Answer answer = once(cdb, direction, data);
                boolean attention =
                        answer.status == CHECK_CONDITION && answer.senseKey == UNIT_ATTENTION;
                if (!attention || attempt == ATTENTIONS_MAX) {
                    return answer;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private Answer once(byte[] cdb, int direction, byte[] data) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment command = arena.allocateFrom(JAVA_BYTE, cdb);
            MemorySegment buffer = arena.allocateFrom(JAVA_BYTE, data);
            MemorySegment task =
                    LibIscsi.call(() ->
                            (MemorySegment)
                                    LibIscsi.CREATE_TASK.invokeExact(
                                            cdb.length, command, direction, data.length));
            try {
                MemorySegment out = MemorySegment.NULL;
                if (direction == READ) {
                    LibIscsi.call(() ->
                            (int) LibIscsi.ADD_DATA_IN.invokeExact(task, data.length, buffer));
                } else {
                    out = arena.allocate(Long.BYTES * 2);
                    out.set(JAVA_LONG, 0, data.length);
                    out.set(ADDRESS, Long.BYTES, buffer);
                }
                send(task, out);
                MemorySegment.copy(buffer, JAVA_BYTE, 0, data, 0, data.length);
                MemorySegment fields = task.reinterpret(TASK_BYTES);
                int status = fields.get(JAVA_INT, STATUS_OFFSET);
                int senseKey =
                        status == CHECK_CONDITION ? fields.get(JAVA_INT, SENSE_KEY_OFFSET) : 0;
                return new Answer(status, senseKey);
            } finally {
                LibIscsi.call(() -> {
                    LibIscsi.FREE_TASK.invokeExact(task);
                    return task;
                });
            }
        }
    }

    private void send(MemorySegment task, MemorySegment out) {
        MemorySegment done =
                LibIscsi.call(() ->
                        (MemorySegment) LibIscsi.COMMAND.invokeExact(context, lun, task, out));
        if (done.equals(MemorySegment.NULL)) {
            throw new IllegalStateException(name + " got no answer: " + error());
        }
    }

    /** Aborts every command under way at the logical unit, of any initiator. */
    boolean resetUnit() {
        lock.lock();
        try {
            return LibIscsi.call(() -> (int) LibIscsi.LUN_RESET.invokeExact(context, lun)) == 0;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        LibIscsi.call(() -> (int) LibIscsi.DISCONNECT.invokeExact(context));
        LibIscsi.call(() -> (int) LibIscsi.DESTROY_CONTEXT.invokeExact(context));
    }
}
