package io.oxbow.s3stream.wal.file;

import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.testkit.PendingAppend;
import io.oxbow.s3stream.wal.DeadVolume;
import io.oxbow.s3stream.wal.RecordFrame;
import io.oxbow.s3stream.wal.WalAccess;
import io.oxbow.s3stream.wal.WalEntry;
import io.oxbow.s3stream.wal.WalRecord;
import io.oxbow.s3stream.wal.WalVolume;
import io.oxbow.s3stream.wal.WriteAheadLog;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Small volumes, and records whose bytes follow from their offset. */
final class WalFixture {

    static final int RING_BYTES = 1 << 20;
    static final long STREAM = 3;
    static final int NODE = 1;

    private WalFixture() {}

    /** Returns a configuration with a ring of 1 MiB, slabs of 256 KiB, and records up to 64 KiB. */
    static WalConfig config(Path path) {
        return WalConfig.at(path)
                .withMaxRecordBytes(64 << 10)
                .withCapacityBytes(VolumeLayout.RING_START + RING_BYTES)
                .withMemory(4 << 20, 256 << 10)
                .withWrites(3, 32 << 10, Duration.ofSeconds(30));
    }

    static WalConfig config() {
        return config(Path.of("unused"));
    }

    static Environment environment() {
        return environment(Environment.system().clock());
    }

    static Environment environment(Clock clock) {
        return new Environment(
                clock,
                Thread.ofVirtual().factory(),
                Thread.ofPlatform().daemon().factory(),
                new Random(7));
    }

    static FileWalVolume open(MemoryDisk disk) {
        return FileWalVolume.open(config(), disk, environment());
    }

    static byte[] payload(long offset, int length) {
        var bytes = new byte[length];
        new Random(offset * 31 + length).nextBytes(bytes);
        return bytes;
    }

    static WalRecord record(long offset, int length) {
        return record(STREAM, offset, length);
    }

    static WalRecord record(long streamId, long offset, int length) {
        ByteBuffer bytes = ByteBuffer.wrap(payload(offset, length));
        return new WalRecord(streamId, 5, offset, 1, 1000 + offset, 2000, bytes);
    }

    /** Returns the volume to which {@link #record} goes. */
    static int volumeOf(int volumes) {
        return StripedWriteAheadLog.volumeOf(STREAM, volumes);
    }

    static long durableLsn(WriteAheadLog log) {
        List<Long> lsns = log.durableLsns();
        return lsns.get(volumeOf(lsns.size()));
    }

    static long appendedLsn(WriteAheadLog log) {
        List<Long> lsns = log.appendedLsns();
        return lsns.get(volumeOf(lsns.size()));
    }

    /** Trims the volume to which {@link #record} goes. */
    static void trim(WriteAheadLog log, long lsn) {
        int volumes = log.durableLsns().size();
        List<Long> lsns = new ArrayList<>(java.util.Collections.nCopies(volumes, 0L));
        lsns.set(volumeOf(volumes), lsn);
        log.trim(lsns);
    }

    /** Append with its offset, length, place and commit. */
    record Appended(long offset, int length, PendingAppend pending) {
        /** Waits until the append is durable and releases its memory. */
        Appended settle() {
            pending.settle();
            return this;
        }

        /** Its place; waits for the outcome. */
        WalEntry entry() {
            return pending.entry();
        }
    }

    static Appended append(WriteAheadLog log, long offset, int length) {
        return append(log, STREAM, offset, length);
    }

    static Appended append(WriteAheadLog log, long streamId, long offset, int length) {
        return new Appended(
                offset, length, PendingAppend.of(log, record(streamId, offset, length)));
    }

    /**
     * Result of a scan, with every byte checked: offsets and LSNs of the records, and the scan's
     * end.
     */
    record Scanned(List<Long> offsets, List<Long> lsns, WalVolume.ScanEnd end) {}

    static Scanned scan(WalVolume volume, long fromLsn) {
        return scan(volume, volumeOf(positions(volume)), fromLsn);
    }

    static Scanned scan(WalVolume volume, int number, long fromLsn) {
        List<Long> offsets = new ArrayList<>();
        List<Long> lsns = new ArrayList<>();
        var end =
                opened(volume, number)
                        .scan(
                                fromLsn,
                                (lsn, endLsn, record) -> {
                                    int length = record.records().remaining();
                                    if (endLsn != lsn + RecordFrame.HEADER_BYTES + length
                                            || !record.equals(
                                                    record(
                                                            record.streamId(),
                                                            record.baseOffset(),
                                                            length))) {
                                        throw new AssertionError(
                                                "not what was appended: " + record);
                                    }
                                    offsets.add(record.baseOffset());
                                    lsns.add(lsn);
                                });
        return new Scanned(offsets, lsns, end);
    }

    private static int positions(WalVolume volume) {
        return volume.kind().positions(volume.walIds().size());
    }

    /** Opens one of the volumes for recovery, for the epoch that wrote it. */
    private static DeadVolume opened(WalVolume volume, int number) {
        var dead =
                new ApplyResult.DeadEpoch(
                        NODE,
                        1,
                        volume.kind(),
                        volume.walIds(),
                        java.util.Collections.nCopies(positions(volume), 0L),
                        1);
        if (volume.open(dead, number, 99) instanceof WalAccess.Access.Open(var opened)) {
            return opened;
        }
        throw new AssertionError("its own log is not there");
    }
}
