//! The use cases the doors may call. `startup` in the server fills it; pages and REST only know the ports.

use crate::{
    application::port::ApplicationPort, casework::port::CaseworkPort, decision::port::DecisionPort,
    document::port::DocumentPort, message::port::MessagePort, norm::port::NormPort, reception::port::ReceptionPort,
    visit::port::VisitPort,
};
use std::sync::Arc;

/// All ports, cheap to clone.
#[derive(Clone)]
pub struct Backend {
    pub norm: Arc<dyn NormPort>,
    pub messages: Arc<dyn MessagePort>,
    pub visits: Arc<dyn VisitPort>,
    pub applications: Arc<dyn ApplicationPort>,
    pub casework: Arc<dyn CaseworkPort>,
    pub decisions: Arc<dyn DecisionPort>,
    pub documents: Arc<dyn DocumentPort>,
    pub reception: Arc<dyn ReceptionPort>,
}
