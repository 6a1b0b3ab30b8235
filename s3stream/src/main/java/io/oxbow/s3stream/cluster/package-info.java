/**
 * Life of a node among others. It has contact with the leader of the metadata log and succeeds it;
 * nodes that are silent are fenced, and recovered.
 *
 * <p>Each class has a thread from the {@code Environment}. Who is a member and who is gone stands
 * in the metadata log; nothing here is needed for safety, all of it for going on.
 */
@NullMarked
package io.oxbow.s3stream.cluster;

import org.jspecify.annotations.NullMarked;
