package io.oxbow.tableflow.tend;

import io.oxbow.s3stream.env.Environment;
import io.oxbow.tableflow.translate.QuarantineTable;
import io.oxbow.tableflow.translate.TableTopic;
import java.util.function.LongSupplier;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * Tends a topic's table and its quarantine, a turn at a time. Used by one thread; the status is
 * read by any.
 */
public final class TopicTending {

    private final TableTending table;
    private final TableTending quarantine;

    /**
     * @param roundsEnded number of the topic's rounds that have come to their end in this process
     */
    public TopicTending(Catalog catalog, Environment environment, LongSupplier roundsEnded) {
        this(catalog, environment, SnapshotExpiry.Untagged.DEFAULT, roundsEnded);
    }

    TopicTending(
            Catalog catalog,
            Environment environment,
            SnapshotExpiry.Untagged untagged,
            LongSupplier roundsEnded) {
        SnapshotExpiry expiry = new SnapshotExpiry(untagged);
        this.table = new TableTending(catalog, environment, expiry, roundsEnded);
        this.quarantine = new TableTending(catalog, environment, expiry, roundsEnded);
    }

    /**
     * Takes a turn.
     *
     * @param epoch at which this node may commit to the topic's tables
     * @return true if there is more to do at once
     */
    public boolean run(TableTopic topic, long epoch) {
        TableIdentifier name = topic.config().identifier();
        boolean more = table.run(turn(topic, name, epoch));
        return quarantine.run(turn(topic, QuarantineTable.identifier(name), epoch)) || more;
    }

    private static TableTending.Turn turn(TableTopic topic, TableIdentifier name, long epoch) {
        return new TableTending.Turn(name, topic.id(), topic.config(), epoch);
    }

    /** Returns the state of the topic's table after the last turn. */
    public TendingStatus status() {
        return table.status();
    }
}
