package io.oxbow.s3stream.compact;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Counters of compaction. Thread-safe. */
final class CompactionCounters {

    private final AtomicLong looks = new AtomicLong();
    private final AtomicLong steps = new AtomicLong();
    private final AtomicLong objectsWritten = new AtomicLong();
    private final AtomicLong bytesRead = new AtomicLong();
    private final AtomicLong bytesWritten = new AtomicLong();
    private final AtomicLong rangesCommitted = new AtomicLong();
    private final AtomicLong rangesRefused = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicInteger damagedObjects = new AtomicInteger();
    private final AtomicInteger backlogObjects = new AtomicInteger();
    private volatile boolean pressing;

    CompactionStats snapshot() {
        return new CompactionStats(
                looks.get(),
                steps.get(),
                objectsWritten.get(),
                bytesRead.get(),
                bytesWritten.get(),
                rangesCommitted.get(),
                rangesRefused.get(),
                failures.get(),
                damagedObjects.get(),
                backlogObjects.get(),
                pressing);
    }

    void looked(Planner.Outlook outlook) {
        backlogObjects.set(outlook.backlogObjects());
        pressing = outlook.pressing();
        looks.incrementAndGet();
    }

    void read(long bytes) {
        bytesRead.addAndGet(bytes);
    }

    void stepped() {
        steps.incrementAndGet();
    }

    void failed() {
        failures.incrementAndGet();
    }

    void damaged(int objects) {
        damagedObjects.set(objects);
    }

    void made(CompactionStep.Outcome outcome) {
        if (outcome instanceof CompactionStep.Outcome.Committed made) {
            objectsWritten.incrementAndGet();
            bytesWritten.addAndGet(made.size());
            rangesCommitted.addAndGet(made.rangesCommitted());
            rangesRefused.addAndGet(made.rangesRefused());
        }
    }
}
