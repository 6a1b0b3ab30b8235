package io.oxbow.tableflow.service;

import java.util.OptionalLong;
import java.util.UUID;

/** Epochs at which this process may commit to tables. */
@FunctionalInterface
public interface CommitterEpochs {

    /**
     * Returns the epoch for the table of a topic, above that of every earlier committer; empty
     * while another process commits to it.
     */
    OptionalLong of(UUID topicId);
}
