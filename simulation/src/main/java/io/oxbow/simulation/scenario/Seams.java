package io.oxbow.simulation.scenario;

import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.wal.WalDisk;
import java.util.function.UnaryOperator;

/**
 * Where a test can put something between the engine and its surroundings. It is how a rule is
 * broken without touching the code that keeps it.
 */
public record Seams(
        UnaryOperator<ObjectStore> store,
        UnaryOperator<WalDisk> disk,
        UnaryOperator<MetadataLog> log) {

    public static Seams none() {
        return new Seams(store -> store, disk -> disk, log -> log);
    }

    public Seams withStore(UnaryOperator<ObjectStore> wrap) {
        return new Seams(wrap, disk, log);
    }

    public Seams withDisk(UnaryOperator<WalDisk> wrap) {
        return new Seams(store, wrap, log);
    }

    public Seams withLog(UnaryOperator<MetadataLog> wrap) {
        return new Seams(store, disk, wrap);
    }
}
