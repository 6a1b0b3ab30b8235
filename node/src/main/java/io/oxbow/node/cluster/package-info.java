/**
 * APIs that every node of a cluster answers, wherever it keeps what they show. A request that
 * begins after another was answered sees what that one did, on any node.
 *
 * <p>{@link io.oxbow.node.cluster.FreshCatalog} lets a request of the catalog wait until the log is
 * applied here to its end. {@link io.oxbow.node.cluster.RegistryRelay} passes requests of the
 * schema registry on to the node that leads its topic; {@link io.oxbow.node.cluster.LeadersSchemas}
 * are a translator's. Decision 0026 says why.
 */
@NullMarked
package io.oxbow.node.cluster;

import org.jspecify.annotations.NullMarked;
