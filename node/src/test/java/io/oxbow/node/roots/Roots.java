package io.oxbow.node.roots;

import static io.oxbow.node.roots.Root.atStart;
import static io.oxbow.node.roots.Root.ends;
import static io.oxbow.node.roots.Root.failsStart;
import static io.oxbow.node.roots.Root.goesOn;
import static io.oxbow.node.roots.Root.handler;

import java.util.List;

/**
 * Table of the roots at which a fault is injected in a running node. A new thread, timer, listener
 * or handler gets a row here or in {@link OtherRoots}.
 */
final class Roots {

    static final List<Root> INJECTED =
            List.of(
                    ends(
                            "s3stream.write.StreamWriter.<init>: StreamWriter.completed to Tail.<init>",
                            "s3stream.tail.Tail.complete",
                            "streams"),
                    ends(
                            "broker.produce.ProduceReply$Part.appended: code to Commit.onComplete",
                            "broker.produce.ProduceReply$Part.appended#code",
                            "streams"),
                    ends(
                            "broker.control.BrokerMetadataPublisher is MetadataPublisher",
                            "broker.control.BrokerMetadataPublisher.onMetadataUpdate",
                            "controller"),
                    ends(
                            "broker.control.BrokerSession.start: BrokerSession.run to Component.start",
                            "broker.control.BrokerSession.step",
                            "broker-session"),
                    ends(
                            "broker.control.ImageSnapshots is MetadataPublisher",
                            "broker.control.ImageSnapshots.onMetadataUpdate",
                            "controller"),
                    ends(
                            "broker.control.Leaderships.start: Leaderships.run to Component.start",
                            "broker.control.Leaderships.apply",
                            "leaderships"),
                    ends(
                            "broker.control.LogListener is ApplicationLog$Listener",
                            "broker.control.LogListener.committed",
                            "metadata-listener"),
                    ends(
                            "broker.group.Groups is BrokerMetadataPublisher$DeltaListener",
                            "broker.group.Groups.changed",
                            "controller"),
                    ends(
                            "node.adapter.ImageTableTopics is MetadataPublisher",
                            "node.adapter.ImageTableTopics.onMetadataUpdate",
                            "controller"),
                    ends(
                            "s3stream.engine.RunningNode.<init>: Maintenance.run to ThreadFactory.newThread",
                            "s3stream.maintenance.Maintenance.checkFence",
                            "streams"),
                    ends(
                            "s3stream.cluster.Succession.<init>: Succession.look to Rounds.<init>",
                            "s3stream.cluster.Succession.look",
                            "membership"),
                    ends(
                            "s3stream.cluster.NodeFences.<init>: NodeFences.look to Rounds.<init>",
                            "s3stream.cluster.NodeFences.look",
                            "node-fences"),
                    goesOn(
                            "s3stream.cluster.DeadNodes.<init>: DeadNodes.look to Rounds.<init>",
                            "s3stream.cluster.DeadNodes.look",
                            "dead-nodes"),
                    goesOn(
                            "tableflow.lease.TableLeases.<init>: TableLeases.look to Rounds.<init>",
                            "tableflow.lease.TableLeases.look",
                            "table-leases"),
                    goesOn(
                            "broker.balance.Balancer.<init>: Balancer.round to Rounds.<init>",
                            "broker.balance.Balancer.round",
                            "balancer"),
                    ends(
                            "s3stream.log.ListenerThread is Runnable",
                            "s3stream.log.ListenerThread.deliver",
                            "metadata-listener"),
                    ends(
                            "s3stream.log.LogThread is Runnable",
                            "s3stream.log.LogThread.step",
                            "metadata-log"),
                    ends(
                            "s3stream.upload.Uploader.begin: code to ThreadFactory.newThread",
                            "s3stream.commit.ObjectCommitter.put",
                            "streams"),
                    ends(
                            "s3stream.upload.Uploader.threads: Uploader.run to ThreadFactory.newThread",
                            "s3stream.upload.Uploader.begin",
                            "streams"),
                    ends(
                            "s3stream.upload.Uploader.threads: code to ThreadFactory.newThread",
                            "s3stream.upload.UploadCommits.commit",
                            "streams"),
                    ends(
                            "s3stream.wal.bucket.BucketWriteAheadLog.<init>: BucketWriteAheadLog.completeAppends to ThreadFactory.newThread",
                            "s3stream.wal.bucket.PutPipeline.awaitDurable",
                            "write-ahead-log"),
                    ends(
                            "s3stream.wal.bucket.BucketWriteAheadLog.<init>: code to ThreadFactory.newThread",
                            "s3stream.wal.bucket.ObjectPutters.put",
                            "write-ahead-log"),
                    ends(
                            "s3stream.wal.bucket.BucketWriteAheadLog.<init>: code to ThreadFactory.newThread",
                            "s3stream.wal.bucket.CoveredObjects.next",
                            "write-ahead-log"),
                    ends(
                            "s3stream.wal.file.FileWriteAheadLog.startThreads: code to ThreadFactory.newThread",
                            "s3stream.wal.file.BatchWriters.write",
                            "write-ahead-log"),
                    ends(
                            "tableflow.service.TableService.start: TableService.reconcile to TableTopics.onChange",
                            "tableflow.service.TableService.reconcile",
                            "controller"),
                    failsStart(
                            "broker.group.Groups is LeadershipListener",
                            "broker.group.Groups.elected",
                            "leaderships"),
                    failsStart(
                            "s3stream.wal.file.FileWriteAheadLog.<init>: FileWriteAheadLog.tellFailure to ThreadFactory.newThread",
                            "s3stream.wal.file.WritePipeline.awaitEnd",
                            "write-ahead-log"),
                    failsStart(
                            "s3stream.wal.file.FileWriteAheadLog.startThreads: code to ThreadFactory.newThread",
                            "s3stream.wal.file.RingSpace.run",
                            "write-ahead-log"),
                    failsStart(
                            "s3stream.wal.file.FileWriteAheadLog.startThreads: code to ThreadFactory.newThread",
                            "s3stream.wal.file.RingZeroer.run",
                            "write-ahead-log"),
                    failsStart(
                            "s3stream.write.WritePath.start: code to Component.root",
                            "s3stream.tail.TailMemory.awaitExcess",
                            "spill"),
                    goesOn(
                            "broker.partition.StreamPartition.recover: StreamPartition.durable to Stream.onDurable",
                            "broker.partition.StreamPartition.durable",
                            "streams"),
                    goesOn(
                            "broker.network.Replies.writeResponse: code to ChannelFuture.addListener",
                            "broker.network.Replies.finished",
                            "network"),
                    goesOn(
                            "broker.group.Tenure.register: code to Map.putIfAbsent",
                            "broker.group.Tenure.register#code",
                            "partitions"),
                    goesOn(
                            "broker.group.Members.admit: code to CompletableFuture.whenComplete",
                            "broker.group.Members.count",
                            "network"),
                    goesOn(
                            "broker.control.TopicCreation.create: code to CompletableFuture.whenComplete",
                            "broker.control.TopicCreation.request",
                            "network"),
                    handler("broker.admin.AbsentFeaturesHandler"),
                    handler("broker.admin.AlterConfigsHandler"),
                    handler("broker.admin.ClusterHandler"),
                    handler("broker.admin.DescribeConfigsHandler"),
                    handler("broker.admin.ForwardingHandler"),
                    handler("broker.admin.LogDirsHandler"),
                    handler("broker.admin.MetadataHandler"),
                    handler("broker.admin.ReassignmentsHandler"),
                    handler("broker.admin.TopicPartitionsHandler"),
                    handler("broker.admin.TopicsHandler"),
                    goesOn(
                            "broker.control.Settlement.applied: code to ThreadFactory.newThread",
                            "broker.control.Settlement.awaitApplied",
                            "thread"),
                    handler("broker.fetch.FetchHandler"),
                    goesOn(
                            "broker.fetch.FetchHandler.handle: code to Call.runBeside",
                            "broker.fetch.FetchHandler.handle#code",
                            "network"),
                    handler("broker.group.FindCoordinatorHandler"),
                    handler("broker.group.GroupAdminHandler"),
                    handler("broker.group.MembershipHandler"),
                    handler("broker.group.OffsetsHandler"),
                    handler("broker.network.ApiVersionsHandler"),
                    goesOn(
                            "broker.network.Connection is ChannelInboundHandlerAdapter",
                            "broker.network.NetworkCall.isDecodedAtOnce",
                            "network"),
                    goesOn(
                            "broker.network.Connection.<init>: Connection.writeAndFlush to CallThreads.loud",
                            "broker.network.Connection.writeAndFlush",
                            "network"),
                    goesOn(
                            "broker.network.Connection.refuse: code to Connection.inLoop",
                            "broker.network.Connection.refuse#code",
                            "network"),
                    goesOn(
                            "broker.network.NetworkCall.serve: code to CallThreads.busy",
                            "broker.network.NetworkCall.serveBusily",
                            "network"),
                    goesOn(
                            "broker.network.FrameReceiver is ChannelInboundHandlerAdapter",
                            "broker.network.FrameReceiver.consume",
                            "network"),
                    goesOn(
                            "broker.network.NetworkServer$1 is ChannelInitializer",
                            "broker.network.NetworkServer.accept",
                            "network"),
                    goesOn(
                            "broker.network.NetworkServer.start: MemoryRelief.run to Component.task",
                            "broker.network.MemoryRelief.run",
                            "network"),
                    handler("broker.offsets.LeaderEpochHandler"),
                    handler("broker.offsets.ListOffsetsHandler"),
                    goesOn(
                            "broker.offsets.ListOffsetsHandler.handle: code to Call.runInOrder",
                            "broker.offsets.ListOffsetsHandler.handle#code",
                            "network"),
                    goesOn(
                            "broker.partition.Checkpoints.scheduleNext: Checkpoints.look to ThreadFactory.newThread",
                            "broker.partition.Checkpoints.write",
                            "partitions"),
                    goesOn(
                            "broker.processor.ProcessorThreads.execute: ProcessorThreads.serve to ThreadFactory.newThread",
                            "broker.processor.ProcessorThreads.used",
                            "network"),
                    handler("broker.produce.ProduceHandler"),
                    goesOn(
                            "broker.produce.ProduceHandler.handle: ProduceWork.runToEnd to Call.runInOrder",
                            "broker.produce.ProduceWork.runToEnd",
                            "network"),
                    handler("broker.transaction.InitProducerIdHandler"),
                    goesOn(
                            "broker.transaction.InitProducerIdHandler.handle: code to Call.runInOrder",
                            "broker.transaction.InitProducerIdHandler.handle#code",
                            "network"),
                    handler("broker.records.DeleteRecordsHandler"),
                    goesOn(
                            "broker.records.DeleteRecordsHandler.handle: code to Call.runInOrder",
                            "broker.records.DeleteRecordsHandler.handle#code",
                            "network"),
                    goesOn(
                            "broker.retention.BrokerMaintenance.<init>: code to Component.restarting",
                            "broker.retention.BrokerMaintenance.round",
                            "housekeeping"),
                    goesOn(
                            "node.adapter.TableGroups is ProgressListener",
                            "node.adapter.TableGroups.progressed",
                            "table"),
                    goesOn(
                            "node.adapter.TableGroups.start: TableGroups.run to Component.restarting",
                            "node.adapter.TableGroups.show",
                            "table-groups"),
                    goesOn(
                            "node.http.Door is Handler$Wrapper",
                            "node.http.RequestCheck.check",
                            "http"),
                    goesOn(
                            "tableflow.service.TableService.ensure: TopicWorker.run to ThreadFactory.newThread",
                            "tableflow.service.TopicWorker.step",
                            "table"),
                    goesOn(
                            "tableflow.service.TableTender.<init>: TableTender.look to Rounds.<init>",
                            "tableflow.service.TopicWorker.tend",
                            "table-tending"),
                    failsStart(
                            "node.Main.main begins a process",
                            "node.server.Storage.openBucket",
                            "node"),
                    failsStart(
                            "node.Main.main begins a process",
                            "s3stream.engine.NodeStreams.open",
                            "node"),
                    failsStart("node.Main.main begins a process", "broker.Broker.serve", "node"),
                    failsStart(
                            "node.Main.main begins a process",
                            "node.server.Node.serveHttp",
                            "node"),
                    ends(
                            "s3stream.upload.Uploader.threads: code to ThreadFactory.newThread",
                            "s3stream.upload.UploadCommits.next",
                            "streams"),
                    failsStart(
                            "broker.control.LogListener is ApplicationLog$Listener",
                            "broker.control.LogListener.leaderChanged",
                            "metadata-listener"),
                    goesOn(
                            "broker.network.Answers.whenDone: code to CompletableFuture.whenComplete",
                            "broker.network.Answers.answer",
                            "network"),
                    goesOn(
                            "broker.network.Connection is ChannelInboundHandlerAdapter",
                            "broker.network.Connection.channelInactive",
                            "network"),
                    goesOn(
                            "broker.network.FrameReceiver is ChannelInboundHandlerAdapter",
                            "broker.network.FrameReceiver.giveBack",
                            "network"),
                    goesOn(
                            "broker.network.Connection is ChannelInboundHandlerAdapter",
                            "broker.processor.ProcessorThreads.execute",
                            "network"),
                    goesOn(
                            "tableflow.service.TableService.ensure: TopicWorker.run to ThreadFactory.newThread",
                            "tableflow.service.TopicWorker.attempt",
                            "table"),
                    goesOn(
                            "broker.group.GroupTimer.<init>: GroupTimer.run to Component.startRestarting",
                            "broker.group.GroupTimer.advanceClock",
                            "group-timer"),
                    goesOn(
                            "broker.produce.ProduceHandler is ApiHandler",
                            "broker.produce.ProduceWork.find",
                            "network"),
                    goesOn(
                            "broker.offsets.LeaderEpochHandler is ApiHandler",
                            "broker.partition.LedPartitions.requireEpoch",
                            "network"),
                    goesOn(
                            "broker.retention.BrokerMaintenance.<init>: code to Component.restarting",
                            "broker.retention.Retention.trim",
                            "housekeeping"),
                    goesOn(
                            "broker.clean.LogCleaner.<init>: LogCleaner.run to Component.restarting",
                            "broker.clean.LogCleaner.cleanOne",
                            "log-cleaner"),
                    goesOn(
                            "broker.control.MetadataRaftClient is RaftClient",
                            "broker.control.MetadataRaftClient.prepareAppend",
                            "controller"),
                    goesOn(
                            "broker.placement.SingleReplicaPlacer is ReplicaPlacer",
                            "broker.placement.SingleReplicaPlacer.place",
                            "controller"),
                    goesOn(
                            "broker.config.ConfigRules is ConfigurationValidator",
                            "broker.config.ConfigRules.validate",
                            "network"),
                    goesOn(
                            "broker.control.Settlement.applied: code to CompletableFuture.thenCompose",
                            "broker.control.Settlement.applied#code",
                            "network"),
                    goesOn(
                            "broker.group.GroupLog is PartitionWriter",
                            "broker.group.GroupLog.countNotes",
                            "group-coordinator"),
                    goesOn(
                            "broker.group.OffsetsHandler.fetch: code to CompletableFuture.thenApply",
                            "broker.group.OffsetsHandler.complete",
                            "network"),
                    goesOn(
                            "node.http.Door.handle: code to Request.addCompletionListener",
                            "node.http.Door.countFailed",
                            "http"),
                    goesOn(
                            "node.http.TableRoutes.register: code to RoutesConfig.get",
                            "node.http.TableRoutes.register#code",
                            "http"),
                    goesOn(
                            "schema.RegistryRoutes.on: code to RoutesConfig.addHttpHandler",
                            "schema.RegistryRoutes.on#code",
                            "http"),
                    goesOn(
                            "node.metrics.HealthMetrics is MultiCollector",
                            "node.metrics.HealthMetrics.collect",
                            "http"),
                    goesOn(
                            "node.metrics.TrafficMetrics is MultiCollector",
                            "node.metrics.TrafficMetrics.collect",
                            "http"),
                    atStart(
                            "broker.control.BrokerRequestsHandler.register: code to CompletableFuture.thenCompose",
                            "broker.control.BrokerRequestsHandler.register#code",
                            "controller"),
                    atStart(
                            "broker.group.GroupLoader.load: code to ThreadFactory.newThread",
                            "broker.records.InternalLogs.awaitDurable",
                            "group-coordinator"),
                    atStart(
                            "broker.partition.StreamPartitions.recoverAll: code to ThreadFactory.newThread",
                            "broker.partition.StreamPartitions.recover",
                            "partitions"),
                    atStart(
                            "node.server.Storage.openBucket: code to ThreadFactory.newThread",
                            "node.server.Storage.abandonUploads",
                            "thread"),
                    atStart(
                            "s3stream.cache.ObjectCaches.prefetch: code to ThreadFactory.newThread",
                            "s3stream.cache.ObjectCaches.load",
                            "thread"),
                    atStart(
                            "s3stream.engine.RunningNode.<init>: RunningNode.compact to Component.restarting",
                            "s3stream.compact.Compactor.run",
                            "compaction"),
                    atStart(
                            "s3stream.wal.bucket.BucketWriteAheadLog.<init>: EarlierLogs.run to ThreadFactory.newThread",
                            "s3stream.wal.bucket.EarlierLogs.deleteAllButFences",
                            "thread"));

    /** Places of the rows that every run begins with: one of each way in which clients wait. */
    static final List<String> FIXED =
            List.of(
                    "broker.network.Connection.writeAndFlush",
                    "broker.network.FrameReceiver.consume",
                    "broker.network.NetworkCall.serveBusily",
                    "broker.processor.ProcessorThreads.used",
                    "node.http.RequestCheck.check",
                    "s3stream.log.LogThread.step");

    private Roots() {}

    static Root at(String place) {
        return INJECTED.stream()
                .filter(root -> root.place().equals(place))
                .findFirst()
                .orElseThrow();
    }
}
