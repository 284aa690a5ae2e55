import ClusterModel
import Quantities
import Scheduling
import Testing

@testable import Simulation

/// Something that happens at an instant of a run, through the same code as what is drawn at random.
struct Incident {
    var seconds: Int64
    var happens: (inout Simulation) -> Void

    /// A node fails and stays away.
    static func fails(_ node: Int, at seconds: Int64) -> Incident {
        Incident(seconds: seconds) { simulation in
            _ = simulation.stopJobs(on: NodeID(node), gpuMask: .max, .host)
            simulation.takeOut(NodeID(node), .nodeFailure)
        }
    }

    /// A node that failed is there again.
    static func returns(_ node: Int, at seconds: Int64) -> Incident {
        Incident(seconds: seconds) { $0.bringBack(NodeID(node), .nodeFailure) }
    }

    /// The job on a node crashes; the node is sound.
    static func crashes(on node: Int, at seconds: Int64) -> Incident {
        Incident(seconds: seconds) { simulation in
            _ = simulation.stopJobs(on: NodeID(node), gpuMask: .max, .software)
            simulation.needsPass = true
        }
    }

    /// A leaf switch fails and is repaired at a random time.
    static func cutsOff(leafGroup: Int32, at seconds: Int64) -> Incident {
        Incident(seconds: seconds) { $0.partFails(.leafSwitch, leafGroup) }
    }

    /// The provider wants a spot node back; it goes when the notice of its pool is over.
    static func isWantedBack(_ node: Int, at seconds: Int64) -> Incident {
        Incident(seconds: seconds) { $0.spotNotice(NodeID(node)) }
    }

    /// Another spot node comes in the place of one that went.
    static func isReplaced(_ node: Int, at seconds: Int64) -> Incident {
        Incident(seconds: seconds) { $0.spotReturns(NodeID(node)) }
    }
}

extension TinyRun {
    /// Runs a world with incidents, in the order of time.
    static func of(_ world: World, _ incidents: [Incident]) throws -> TinyRun {
        var simulation = Simulation(world)
        simulation.begin()
        var handled = 0
        for incident in incidents {
            let at = SimTime.zero + .seconds(incident.seconds)
            while let next = simulation.queue.peekTime(), next < at { _ = try simulation.step(&handled) }
            simulation.now = at
            simulation.session.now = at
            simulation.accounting.advance(to: at)
            incident.happens(&simulation)
            simulation.settleInstant()
        }
        var outcome: RunOutcome?
        while outcome == nil { outcome = try simulation.step(&handled) }
        let summary = simulation.close(outcome ?? .drained)
        let run = TinyRun(world: world, summary: summary, facts: simulation.facts)
        run.checkLedger()
        return run
    }
}
