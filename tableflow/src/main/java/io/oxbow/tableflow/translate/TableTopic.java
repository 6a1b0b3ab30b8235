package io.oxbow.tableflow.translate;

import io.oxbow.tableflow.config.TableConfig;
import java.util.UUID;

/** A topic that may have a table. */
public record TableTopic(UUID id, String name, int partitions, TableConfig config) {}
