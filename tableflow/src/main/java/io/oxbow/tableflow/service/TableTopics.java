package io.oxbow.tableflow.service;

import io.oxbow.tableflow.config.TableConfig;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;

/** The topics of the cluster, as the service sees them. */
public interface TableTopics {

    /** All topics, with or without a table. */
    Collection<Topic> topics();

    /**
     * Registers a listener, called on any thread after topics or their settings changed; it must
     * not block long.
     */
    void onChange(Runnable listener);

    /**
     * @param settings the topic's own settings; keys other than {@code table.*} are left alone
     */
    record Topic(UUID id, String name, int partitions, Map<String, String> settings) {

        /** Returns true if the topic's settings ask for a table, valid or not. */
        public boolean wantsTable() {
            return "true".equalsIgnoreCase(settings.getOrDefault(TableConfig.ENABLE, "").strip());
        }
    }
}
