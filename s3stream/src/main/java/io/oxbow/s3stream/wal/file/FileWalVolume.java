package io.oxbow.s3stream.wal.file;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.WalKind;
import io.oxbow.s3stream.wal.DeadVolume;
import io.oxbow.s3stream.wal.SlabPool;
import io.oxbow.s3stream.wal.WalVolume;
import io.oxbow.s3stream.wal.WriteAheadLog;
import io.oxbow.s3stream.wal.disk.DirectFile;
import io.oxbow.s3stream.wal.disk.WalDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Volume of the write-ahead log in a file or on a block device, locked by this process while open.
 * Scanned and started by one thread.
 */
public final class FileWalVolume implements WalVolume {

    private final WalConfig config;
    private final WalDisk disk;
    private final Environment environment;
    private final VolumeHeaders headers;
    private long highestLsn;
    private @Nullable FileWriteAheadLog log;

    private FileWalVolume(
            WalConfig config, WalDisk disk, Environment environment, VolumeHeaders headers) {
        this.config = config;
        this.disk = disk;
        this.environment = environment;
        this.headers = headers;
    }

    /**
     * Opens the volume at the configured path, formatting it if it is new.
     *
     * @throws S3StreamException when another process has it, when it is not a WAL, or when its
     *     capacity is not the configured one and it is not empty
     */
    public static FileWalVolume open(WalConfig config, Environment environment) {
        DirectFile file = DirectFile.open(config.path());
        try {
            return open(config, file, environment);
        } catch (RuntimeException | Error failure) {
            file.close();
            throw failure;
        }
    }

    /** Opens a volume on a disk that the caller has opened, and that the volume closes. */
    public static FileWalVolume open(WalConfig config, WalDisk disk, Environment environment) {
        long ringBytes = config.capacityBytes() - VolumeLayout.RING_START;
        try {
            var headers = VolumeHeaders.open(disk, ringBytes, environment.random());
            return new FileWalVolume(config, disk, environment, headers);
        } catch (IOException failure) {
            throw unavailable("open", failure, disk);
        }
    }

    /**
     * Opens a volume that another node wrote, for recovery only: nothing on it is changed.
     *
     * @throws S3StreamException when a process has it
     * @throws io.oxbow.s3stream.CorruptException when there is no volume
     */
    static FileWalVolume openExisting(Path path, Environment environment) {
        DirectFile file = DirectFile.open(path);
        try {
            var headers = VolumeHeaders.openExisting(file);
            return new FileWalVolume(WalConfig.at(path), file, environment, headers);
        } catch (IOException failure) {
            file.close();
            throw unavailable("open", failure, file);
        } catch (RuntimeException | Error failure) {
            file.close();
            throw failure;
        }
    }

    @Override
    public String description() {
        return disk.description();
    }

    @Override
    public WalKind kind() {
        return WalKind.FILE;
    }

    @Override
    public List<UUID> walIds() {
        return List.of(walId());
    }

    public UUID walId() {
        return headers.walId();
    }

    /**
     * Opens the volume for recovery; the lock that this process has keeps any writer of an earlier
     * epoch off.
     */
    @Override
    public Access open(ApplyResult.DeadEpoch dead, int volume, long recovererEpoch) {
        if (!has(dead, volume)) {
            return new Access.Missing("it is not %s".formatted(disk.description()));
        }
        return log == null
                ? new Access.Open(new OpenVolume())
                : new Access.Busy("is written by this process");
    }

    @Override
    public boolean has(ApplyResult.DeadEpoch dead, int volume) {
        return dead.walIds().indexOf(headers.walId()) == volume;
    }

    /** Volume as recovery sees it; starting the volume gives its content up. */
    private final class OpenVolume implements DeadVolume {
        @Override
        public ScanEnd scan(long fromLsn, RecordVisitor records) {
            return FileWalVolume.this.scan(fromLsn, records);
        }

        @Override
        public void salvage(ScanEnd damage, RecordVisitor records) {
            FileWalVolume.this.salvage(damage, records);
        }

        @Override
        public void recovered() {}

        @Override
        public void close() {}
    }

    /**
     * Reads the records from {@code fromLsn} on, in order, and stops at the first batch whose
     * position, chain, epoch or checksum is wrong. Changes nothing; may be repeated.
     */
    public ScanEnd scan(long fromLsn, RecordVisitor records) {
        if (log != null) {
            throw new IllegalStateException("the volume is being written");
        }
        var scan = new WalScan(disk, headers);
        try {
            return scan.run(fromLsn, records);
        } catch (IOException failure) {
            throw unavailable("read", failure, disk);
        } finally {
            highestLsn = Math.max(highestLsn, scan.highestLsn());
        }
    }

    /** Reads the intact batches beyond the damage at which a scan stopped. Changes nothing. */
    public void salvage(ScanEnd damage, RecordVisitor records) {
        try {
            new WalScan(disk, headers).salvage(damage.endLsn(), records);
        } catch (IOException failure) {
            throw unavailable("read", failure, disk);
        }
    }

    @Override
    public WriteAheadLog start(long nodeEpoch) {
        return start(nodeEpoch, 0, config.newPool());
    }

    /** Starts writing as volume {@code number} of a log whose volumes share {@code pool}. */
    public FileWriteAheadLog start(long nodeEpoch, int number, SlabPool pool) {
        if (log != null) {
            throw new IllegalStateException("the volume was started before");
        }
        if (headers.ringBytes() != config.capacityBytes() - VolumeLayout.RING_START) {
            throw new IllegalStateException("the volume was opened to be recovered");
        }
        requireNewer(nodeEpoch);
        long firstLsn = Math.max(headers.reservedLsn(), highestLsn);
        var beginning = new LogStart(number, nodeEpoch, firstLsn, pool);
        try {
            var started = new FileWriteAheadLog(config, environment, disk, headers, beginning);
            log = started;
            return started;
        } catch (IOException failure) {
            throw unavailable("start", failure, disk);
        }
    }

    /** Checks that the epoch is newer than the one that wrote last. */
    void requireNewer(long nodeEpoch) {
        long lastEpoch = headers.newest().nodeEpoch();
        if (nodeEpoch <= lastEpoch) {
            throw new S3StreamException(
                    "%s was written at node epoch %d; epoch %d is not newer"
                            .formatted(disk.description(), lastEpoch, nodeEpoch),
                    S3StreamException.Retry.FATAL,
                    null);
        }
    }

    @Override
    public void close() {
        if (log == null) {
            disk.close();
        } else {
            log.close();
        }
    }

    private static S3StreamException unavailable(String what, IOException cause, WalDisk disk) {
        return new S3StreamException(
                "cannot %s WAL %s: %s".formatted(what, disk.description(), cause.getMessage()),
                S3StreamException.Retry.RETRYABLE,
                cause);
    }
}
