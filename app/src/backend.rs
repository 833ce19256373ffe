//! The use cases the doors may call. `startup` in the server fills it; pages and REST only know the ports.

use crate::{norm::port::NormPort, reception::port::ReceptionPort, visit::port::VisitPort};
use std::sync::Arc;

/// All ports, cheap to clone.
#[derive(Clone)]
pub struct Backend {
    pub norm: Arc<dyn NormPort>,
    pub visits: Arc<dyn VisitPort>,
    pub reception: Arc<dyn ReceptionPort>,
}
