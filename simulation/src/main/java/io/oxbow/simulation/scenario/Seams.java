package io.oxbow.simulation.scenario;

import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.wal.WalVolume;
import io.oxbow.s3stream.wal.disk.WalDisk;
import java.util.function.UnaryOperator;

/**
 * Points at which a test can put something between the engine and its surroundings. It is how a
 * rule is broken without touching the code that keeps it.
 */
public record Seams(
        UnaryOperator<ObjectStore> store,
        UnaryOperator<WalDisk> disk,
        UnaryOperator<MetadataLog> log,
        UnaryOperator<WalVolume> wal) {

    public static Seams none() {
        return new Seams(store -> store, disk -> disk, log -> log, wal -> wal);
    }

    public Seams withStore(UnaryOperator<ObjectStore> wrap) {
        return new Seams(wrap, disk, log, wal);
    }

    public Seams withDisk(UnaryOperator<WalDisk> wrap) {
        return new Seams(store, wrap, log, wal);
    }

    public Seams withWal(UnaryOperator<WalVolume> wrap) {
        return new Seams(store, disk, log, wrap);
    }

    public Seams withLog(UnaryOperator<MetadataLog> wrap) {
        return new Seams(store, disk, wrap, wal);
    }
}
