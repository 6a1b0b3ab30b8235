package io.oxbow.catalog;

import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;

/** A rule for commits of callers that are not trusted, beside the catalog's own. Thread-safe. */
@FunctionalInterface
public interface CommitRule {

    /** The rule that takes every commit. */
    CommitRule NONE = (_, _) -> {};

    /**
     * Checks a commit before anything of it is written.
     *
     * @param base what it takes the place of; null for a new table's
     * @throws org.apache.iceberg.exceptions.BadRequestException when it must not be, with the
     *     reason
     */
    void check(@Nullable TableMetadata base, TableMetadata wanted);
}
