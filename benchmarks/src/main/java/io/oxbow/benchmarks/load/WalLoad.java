package io.oxbow.benchmarks.load;

import io.oxbow.s3stream.KnownCrc;
import io.oxbow.s3stream.binary.Crc32c;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.wal.WalRecord;
import io.oxbow.s3stream.wal.WriteAheadLog;
import io.oxbow.s3stream.wal.file.FileWalVolume;
import io.oxbow.s3stream.wal.file.WalConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.stream.LongStream;

/** Appends to a write-ahead log as fast as it takes it, and trims it as uploads would. */
final class WalLoad {

    private static final int APPENDERS = 2;
    private static final int RECORD_BYTES = 16 * 1024;
    private static final long TRIM_BYTES = 64L << 20;

    /**
     * Most bytes without an ack: enough that the disk never waits. fio has only its writes
     * outstanding; a queue beyond the processor's caches would measure the memory and not the log.
     */
    private static final long PENDING_BYTES = 8L << 20;

    private static final double NANOS = 1e9;

    private final WalConfig config;
    private final Semaphore room = new Semaphore((int) (PENDING_BYTES / RECORD_BYTES));
    private volatile boolean stopped;

    WalLoad(Path file, long capacityBytes) {
        config = WalConfig.at(file).withCapacityBytes(capacityBytes);
    }

    /** Goes once around the ring, so that the file is written everywhere; then measures. */
    void run(int warmupSeconds, int seconds, Events events)
            throws IOException, InterruptedException {
        try (WriteAheadLog log = FileWalVolume.open(config, Environment.system()).start(1)) {
            List<Thread> threads =
                    LongStream.range(0, APPENDERS)
                            .mapToObj(
                                    stream -> Thread.ofPlatform().start(() -> append(log, stream)))
                            .toList();
            long warm = System.nanoTime() + (long) (warmupSeconds * NANOS);
            long trimmed = 0;
            while (durable(log) < config.capacityBytes() || System.nanoTime() < warm) {
                trimmed = trim(log, trimmed);
            }
            long lsn = durable(log);
            long writes = writeCalls();
            long before = System.nanoTime();
            while (System.nanoTime() - before < seconds * NANOS) {
                trimmed = trim(log, trimmed);
            }
            double took = (System.nanoTime() - before) / NANOS;
            long bytes = durable(log) - lsn;
            long bytesPerWrite = bytes / Math.max(1, writeCalls() - writes);
            stopped = true;
            for (Thread each : threads) {
                while (each.isAlive()) {
                    trimmed = trim(log, trimmed);
                }
            }
            events.tell(
                    "ended",
                    line ->
                            line.put("bytes", bytes)
                                    .put("seconds", took)
                                    .put("bytes_per_write", bytesPerWrite)
                                    .put("in_flight", config.writes().inFlight()));
        }
    }

    private void append(WriteAheadLog log, long stream) {
        ByteBuffer payload = ByteBuffer.wrap(new Payloads(RECORD_BYTES).of(stream));
        // The checksum is known, as that of a producer's batch is after its validation.
        var crc = new KnownCrc(0, Crc32c.of(payload, 0, RECORD_BYTES));
        for (long offset = 0; !stopped; offset++) {
            room.acquireUninterruptibly();
            log.append(
                    new WalRecord(stream, 1, offset, 1, 0, 0, payload.duplicate(), crc),
                    (entry, failure) -> {
                        entry.slab().release();
                        room.release();
                    });
        }
    }

    private static long trim(WriteAheadLog log, long trimmed) throws InterruptedException {
        Thread.sleep(2);
        long durable = durable(log);
        if (durable - trimmed < TRIM_BYTES) {
            return trimmed;
        }
        log.trim(List.of(durable));
        return durable;
    }

    private static long durable(WriteAheadLog log) {
        return log.durableLsns().getFirst();
    }

    /** Returns the number of this process's write calls; nothing else in it writes. */
    private static long writeCalls() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/io")).stream()
                .filter(line -> line.startsWith("syscw:"))
                .mapToLong(line -> Long.parseLong(line.substring("syscw:".length()).strip()))
                .sum();
    }
}
