package io.oxbow.simulation.scenario;

import io.oxbow.s3stream.Commit;
import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.wal.WalRecord;
import io.oxbow.s3stream.wal.WalVolume;
import io.oxbow.s3stream.wal.WriteAheadLog;
import io.oxbow.s3stream.wal.disk.WalDisk;
import io.oxbow.s3stream.wal.file.FileWalVolume;
import io.oxbow.s3stream.wal.file.WalConfig;
import io.oxbow.simulation.kernel.Chance;
import io.oxbow.simulation.kernel.SimulatedProcess;
import io.oxbow.simulation.kernel.Simulation;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The owner of a write-ahead log, for one life: recovers, then appends and trims until it dies. */
final class WalNode {

    private static final Duration PAUSE_MAX = Duration.ofMillis(400);

    private final Simulation simulation;
    private final WalModel model;
    private final WalConfig config;
    private final WalDisk disk;
    private final SimulatedProcess process;
    private final Chance chance;

    WalNode(
            Simulation simulation,
            WalModel model,
            WalConfig config,
            WalDisk disk,
            SimulatedProcess process) {
        this.simulation = simulation;
        this.model = model;
        this.config = config;
        this.disk = disk;
        this.process = process;
        this.chance = simulation.chance().split();
    }

    /**
     * @param mayFail the disk has errors, which end a life early
     */
    void live(long epoch, boolean mayFail) {
        WriteAheadLog wal;
        try {
            FileWalVolume volume = recover();
            wal = volume.start(epoch);
        } catch (S3StreamException e) {
            simulation.check(mayFail && !(e instanceof CorruptException), "cannot start: %s", e);
            return;
        }
        wal.onFailure(failure -> simulation.check(mayFail, "the log failed: %s", failure));
        int streams = chance.between(1, 4);
        for (int i = 0; i < streams; i++) {
            long stream = i;
            process.spawn(() -> appendTo(wal, stream, epoch));
        }
        process.spawn(() -> trim(wal));
        if (chance.oneIn(3)) {
            process.spawn(() -> closeLater(wal));
        }
    }

    /** Runs the last life, on a disk without faults: all is checked, and the log can be used. */
    void recoverForGood(long epoch) {
        try {
            WriteAheadLog wal = recover().start(epoch);
            var commit = new Commit(0, 1);
            wal.append(
                    record(1000, epoch, 0),
                    (entry, failure) -> {
                        entry.slab().release();
                        commit.complete(failure);
                    });
            commit.await();
            wal.close();
        } catch (S3StreamException e) {
            simulation.check(model.isDamageExpected(), "the last start failed: %s", e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private FileWalVolume recover() {
        FileWalVolume volume = FileWalVolume.open(config, disk, process.environment());
        List<WalModel.Found> found = new ArrayList<>();
        WalVolume.ScanEnd end = scan(volume, found);
        if (chance.nextBoolean()) {
            List<WalModel.Found> again = new ArrayList<>();
            WalVolume.ScanEnd endAgain = scan(volume, again);
            simulation.check(
                    found.equals(again) && end.equals(endAgain),
                    "invariant 14: a second scan finds something else");
        }
        simulation.check(
                !end.damaged() || model.isDamageExpected(),
                "acked data is called damaged: %s, committed up to %d",
                end,
                model.committedLsn());
        model.recovered(found, end.endLsn());
        return volume;
    }

    private WalVolume.ScanEnd scan(FileWalVolume volume, List<WalModel.Found> found) {
        return volume.scan(
                model.committedLsn(),
                (lsn, endLsn, record) -> {
                    ByteBuffer copy = ByteBuffer.allocate(record.records().remaining());
                    copy.put(record.records().duplicate()).flip();
                    found.add(
                            new WalModel.Found(
                                    lsn,
                                    endLsn,
                                    record.streamId(),
                                    record.streamEpoch(),
                                    record.baseOffset(),
                                    copy));
                });
    }

    private WalRecord record(long stream, long epoch, long offset) {
        int size =
                chance.percent(80) ? chance.nextInt(300) : chance.nextInt(config.recordBytesMax());
        ByteBuffer bytes = ByteBuffer.wrap(chance.bytes(size));
        return new WalRecord(stream, epoch, offset, chance.between(1, 5), -1, 0, bytes);
    }

    private void appendTo(WriteAheadLog wal, long stream, long epoch) {
        long offset = model.nextOffset(stream);
        try {
            for (int i = 0; i < 200; i++) {
                WalRecord record = record(stream, epoch, offset);
                offset = record.nextOffset();
                Commit commit = append(wal, record);
                if (chance.percent(30)) {
                    commit.await();
                }
                if (chance.percent(50)) {
                    clock().sleep(chance.between(Duration.ZERO, PAUSE_MAX));
                }
            }
        } catch (S3StreamException e) {
            // The log failed or was closed: this life appends no more.
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Commit append(WriteAheadLog wal, WalRecord record) {
        WalModel.Attempt attempt = model.attempt(record);
        var commit = new Commit(record.baseOffset(), record.nextOffset());
        wal.append(
                record,
                (entry, failure) -> {
                    model.placed(attempt, entry.lsn(), entry.endLsn());
                    if (failure == null) {
                        model.acked(attempt);
                    }
                    entry.slab().release();
                    commit.complete(failure);
                });
        return commit;
    }

    private void trim(WriteAheadLog wal) {
        try {
            while (true) {
                clock().sleep(chance.between(Duration.ofMillis(1), PAUSE_MAX));
                long lsn = model.commitCandidate(chance.nextInt(30));
                if (lsn >= 0) {
                    model.commit(lsn);
                    wal.trim(List.of(lsn));
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void closeLater(WriteAheadLog wal) {
        try {
            clock().sleep(chance.between(Duration.ZERO, Duration.ofSeconds(5)));
            wal.close();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Clock clock() {
        return process.environment().clock();
    }
}
