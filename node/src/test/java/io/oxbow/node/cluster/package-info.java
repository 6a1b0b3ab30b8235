/** Tests of the APIs that every node of a cluster answers. */
@NullMarked
package io.oxbow.node.cluster;

import org.jspecify.annotations.NullMarked;
