/**
 * Programs around the node's JVM. {@link io.oxbow.node.launch.JvmOptions} sizes it before it
 * starts; {@code Training} exercises one that records an AOT cache, made over the jar that {@link
 * io.oxbow.node.launch.MergedJar} writes.
 *
 * <p>{@code bin/oxbow} and {@code bin/aot} call them. What sizes the JVM runs before every start of
 * a node, so it uses nothing but a few classes of the JDK.
 */
@NullMarked
package io.oxbow.node.launch;

import org.jspecify.annotations.NullMarked;
